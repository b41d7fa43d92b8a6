import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { infraDirectory } from '../core/paths.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';
import { javaLaunch } from './java.ts';
import { formatLogDirectory } from './log-directory.ts';

export interface BrokerOptions {
  readonly name: string;
  readonly broker: PortClaim;
  /** Where the broker talks to its own controller. */
  readonly controller: PortClaim;
  readonly stateDirectory: string;
}

/** One Kafka broker with its controller. Healthy means that it answers for its metadata. */
export function broker(options: BrokerOptions): ProcessDefinition {
  const configuration = join(options.stateDirectory, 'server.properties');
  const logDirectory = join(options.stateDirectory, 'data');
  return {
    name: options.name,
    kind: 'service',
    dependsOn: [],
    ports: [options.broker, options.controller],
    prepare: async (context) => {
      mkdirSync(options.stateDirectory, { recursive: true });
      writeConfiguration(configuration, logDirectory, options);
      await formatLogDirectory(logDirectory, configuration, context);
    },
    launch: () => javaLaunch('kafka.Kafka', [configuration]),
    checkHealth: () => checkMetadata(options.broker.port),
    stopGraceMs: 20_000,
  };
}

function writeConfiguration(path: string, logDirectory: string, { broker, controller }: BrokerOptions): void {
  const shared = readFileSync(join(infraDirectory, 'kafka', 'server.properties'), 'utf8');
  const added = [
    `listeners=PLAINTEXT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${controller.port}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${broker.port}`,
    `controller.quorum.voters=1@127.0.0.1:${controller.port}`,
    `log.dirs=${logDirectory.replaceAll('\\', '\\\\')}`,
  ];
  writeFileSync(path, [shared, '# Added at this start', ...added, ''].join('\n'));
}

async function checkMetadata(port: number): Promise<void> {
  const kafka = new Kafka({
    clientId: 'madang-infra',
    brokers: [`127.0.0.1:${port}`],
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('the broker is not registered yet');
  } finally {
    await admin.disconnect();
  }
}
