import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';
import { archiveClasses, sharedClasses } from './class-archive.ts';
import { javaLaunch, KAFKA } from './java.ts';
import { formatLogDirectory } from './log-directory.ts';
import { probeMetadata } from './metadata-probe.ts';

export interface BrokerOptions {
  readonly name: string;
  readonly listener: PortClaim;
  /** Where the broker talks to its own controller. */
  readonly controller: PortClaim;
  readonly stateDirectory: string;
}

/** One Kafka broker with its controller. Healthy means that it answers for its metadata. */
export function kafkaBroker(options: BrokerOptions): ProcessDefinition {
  const configuration = join(options.stateDirectory, 'server.properties');
  const logDirectory = join(options.stateDirectory, 'data');
  return {
    name: options.name,
    kind: 'service',
    dependsOn: [],
    ports: [options.listener, options.controller],
    prepare: async (context) => {
      mkdirSync(options.stateDirectory, { recursive: true });
      writeConfiguration(configuration, logDirectory, options);
      await formatLogDirectory(logDirectory, configuration, context);
      await archiveClasses(configuration, context);
    },
    launch: () => javaLaunch('kafka.Kafka', [configuration], KAFKA, sharedClasses()),
    checkHealth: () => probeMetadata(options.listener.port),
    stopGraceMs: 20_000,
  };
}

function writeConfiguration(path: string, logDirectory: string, { listener, controller }: BrokerOptions): void {
  const shared = readFileSync(join(infraDirectory, 'kafka', 'server.properties'), 'utf8');
  const added = [
    `listeners=PLAINTEXT://127.0.0.1:${listener.port},CONTROLLER://127.0.0.1:${controller.port}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${listener.port}`,
    `controller.quorum.voters=1@127.0.0.1:${controller.port}`,
    `log.dirs=${logDirectory.replaceAll('\\', '\\\\')}`,
  ];
  writeFileSync(path, [shared, '# Added at this start', ...added, ''].join('\n'));
}
