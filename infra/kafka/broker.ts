import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';
import { writeBrokerSettings } from './broker-settings.ts';
import { archiveClasses, sharedClasses } from './class-archive.ts';
import { javaLaunch, KAFKA } from './java.ts';
import { formatLogDirectory } from './log-directory.ts';
import { probeMetadata } from './metadata-probe.ts';

const SHARED = join(infraDirectory, 'kafka', 'server.properties');

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
      writeBrokerSettings(configuration, SHARED, logDirectory, { listener: options.listener.port, controller: options.controller.port });
      await formatLogDirectory(logDirectory, configuration, context);
      await archiveClasses(configuration, context);
    },
    launch: () => javaLaunch('kafka.Kafka', [configuration], KAFKA, sharedClasses()),
    checkHealth: () => probeMetadata(options.listener.port),
    stopGraceMs: 20_000,
  };
}
