import type { Infra, InfraOptions } from './infra.ts';
import { startDockerInfra } from './docker-infra.ts';
import { startEmbeddedInfra } from './embedded-infra.ts';

export type { ConnectAccess, Infra, InfraOptions, InfraProcess, KafkaAccess, PostgresAccess, PostgresServer, ValkeyAccess } from './infra.ts';

/** Whether the parts are containers: their files and pids are not this machine's. */
export const IN_CONTAINERS = process.env['MADANG_INFRA'] === 'docker';

/**
 * Starts real parts for one test file, on free loopback ports, with their state in a directory of their own: about 1 s for
 * PostgreSQL, 2 s with Kafka (10 s more the first time on a machine), some 3 s more with Kafka Connect. Call `stop()` in `afterAll`; if the test's process dies first, everything is ended all the same.
 * With MADANG_INFRA=docker (npm test -- --docker) they run in containers, as docker-compose.yml describes them.
 * @param options exactly what is named is started; without any: PostgreSQL (`member`, `board`) and Kafka
 */
export function startInfra(options: InfraOptions = { postgres: {}, kafka: true }): Promise<Infra> {
  return IN_CONTAINERS ? startDockerInfra(options) : startEmbeddedInfra(options);
}
