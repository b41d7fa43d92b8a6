import { slotOfStandby } from './standby.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';
import { postgresUrl, queryOnce } from './connect.ts';
import { initialiseCluster, launchAs, writeConfiguration } from './data-directory.ts';
import { placesOf } from './places.ts';
import { provision, type PostgresPasswords } from './provision.ts';

export interface PrimaryOptions {
  readonly name: string;
  readonly claim: PortClaim;
  readonly dataDirectory: string;
  readonly passwords: PostgresPasswords;
  /** Which of the databases have an outbox. */
  readonly outboxes: readonly string[];
  /** Configuration files of `infra/postgres`, later ones win. */
  readonly profiles: readonly string[];
  /** Names of standbys that must have a change before the log reader may see it. */
  readonly synchronizedStandbys?: readonly string[];
}

/** The server that is written to. Healthy means provisioned. */
export function primary(options: PrimaryOptions): ProcessDefinition {
  const { claim, passwords } = options;
  const { port } = claim;
  const places = placesOf(options.dataDirectory);
  const synchronized_standby_slots = (options.synchronizedStandbys ?? []).map(slotOfStandby).join(', ');
  return {
    name: options.name,
    kind: 'service',
    dependsOn: [],
    ports: [claim],
    prepare: async (context) => {
      await initialiseCluster(places, passwords.superuser, context);
      writeConfiguration(places, options.profiles, { port, listen_addresses: '127.0.0.1', cluster_name: options.name, synchronized_standby_slots });
    },
    launch: () => launchAs(places, 'postgres', ['-D', places.dataDirectory]),
    checkHealth: async () => {
      await queryOnce(postgresUrl('postgres', passwords.superuser, port, 'postgres'), 'SELECT 1');
    },
    afterHealthy: () => provision(port, passwords, options.outboxes),
    stopSignal: 'SIGINT', // fast shutdown: open transactions are rolled back, connections closed
    stopGraceMs: 20_000,
  };
}
