import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDownload } from '../bootstrap/downloads.mjs';
import { cacheDirectory, infraDirectory } from '../core/paths.ts';
import { javaLaunch } from '../kafka/java.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';

const connectCache = connectDownload(cacheDirectory).directory;
const REST_TIMEOUT_MS = 2_000;

export interface ConnectWorkerOptions {
  readonly name: string;
  /** Of the REST interface. */
  readonly listener: PortClaim;
  readonly brokers: readonly string[];
  /** Process that runs the brokers. */
  readonly kafka: string;
  readonly stateDirectory: string;
  /** What connectors may name instead of a secret: see {@link secretReference}. Letters, digits, dash and underscore only. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** One worker of Kafka Connect with Debezium in it. Healthy means that it is in its group and has read what is registered. */
export function connectWorker(options: ConnectWorkerOptions): ProcessDefinition {
  const { name, listener, kafka, stateDirectory } = options;
  const configuration = join(stateDirectory, 'connect-distributed.properties');
  return {
    name,
    kind: 'service',
    dependsOn: [kafka],
    ports: [listener],
    prepare: () => {
      mkdirSync(stateDirectory, { recursive: true });
      writeFileSync(secretsFile(stateDirectory), asProperties(options.secrets), { mode: 0o600 });
      writeConfiguration(configuration, options);
      return Promise.resolve();
    },
    launch: () => javaLaunch('org.apache.kafka.connect.cli.ConnectDistributed', [configuration], { settings: 'debezium', jars: join(connectCache, 'libs') }),
    checkHealth: () => probeConnect(listener.port),
    stopGraceMs: 15_000,
  };
}

/** What stands in a connector's configuration in place of a secret; the worker reads the file when it starts the connector. */
export function secretReference(stateDirectory: string, secret: string): string {
  return `\${file:${secretsFile(stateDirectory)}:${secret}}`;
}

function secretsFile(stateDirectory: string): string {
  return join(stateDirectory, 'secrets.properties');
}

function writeConfiguration(path: string, options: ConnectWorkerOptions): void {
  const shared = readFileSync(join(infraDirectory, 'debezium', 'connect-distributed.properties'), 'utf8');
  writeFileSync(path, `${shared}\n# Added at this start\n${asProperties(addedSettings(options))}`);
}

/** What depends on where the worker runs; all else is in the file. */
export function addedSettings({ listener, brokers, stateDirectory }: Pick<ConnectWorkerOptions, 'listener' | 'brokers' | 'stateDirectory'>): Readonly<Record<string, string>> {
  return {
    'bootstrap.servers': brokers.join(','),
    listeners: `http://127.0.0.1:${listener.port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': escaped(join(connectCache, 'plugins')),
    'config.providers.file.param.allowed.paths': escaped(secretsFile(stateDirectory)),
  };
}

function asProperties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join('');
}

function escaped(path: string): string {
  return path.replaceAll('\\', '\\\\');
}

/** @throws until the worker is in its group */
export async function probeConnect(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/connectors`, { signal: AbortSignal.timeout(REST_TIMEOUT_MS) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Kafka Connect answers ${response.status}`);
}
