import { join } from 'node:path';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { postgresUrl, queryOnce } from '../../infra/postgres/connect.ts';
import type { ProcessDefinition } from '../../infra/process/process-definition.ts';
import { sandboxTopology, type TopologyContext } from '../../infra/sandbox/topology.ts';
import type { Mutant } from './mutants.ts';

export interface CrashTopology {
  readonly ledgerPort: number;
  /** A bug that is planted in some of the processes. */
  readonly mutant?: Mutant | undefined;
}

const LEDGER = join(repositoryRoot, 'e2e', 'crash', 'ledger');

/** The whole platform and the ledger, some of the processes perhaps with a planted bug. */
export function crashTopology({ ledgerPort, mutant }: CrashTopology): (context: TopologyContext) => ProcessDefinition[] {
  return (context) => {
    const platform = sandboxTopology(context);
    return [...platform, ...ledger(context, platform, ledgerPort)].map((definition) =>
      mutant?.processes.includes(definition.name) ? withPreload(definition, mutant.script) : definition,
    );
  };
}

function ledger({ ports, secrets }: TopologyContext, platform: readonly ProcessDefinition[], port: number): ProcessDefinition[] {
  const urlOf = (database: string): string => postgresUrl('postgres', secrets.postgres.superuser, ports.POSTGRES_PORT, database);
  const relay = platform.find(({ name }) => name === 'relay');
  if (!relay) throw new Error('The topology has no relay, whose environment the ledger shares');
  const launch = (file: string): ReturnType<ProcessDefinition['launch']> => {
    const shared = relay.launch();
    const env = { ...shared.env, LEDGER_PORT: String(port), LEDGER_DATABASE_URL: urlOf('ledger') };
    return { ...shared, args: ['--enable-source-maps', '--require', join(LEDGER, 'compile.cjs'), join(LEDGER, file)], env };
  };
  return [
    {
      name: 'migrate:ledger',
      kind: 'job',
      dependsOn: ['postgres'],
      prepare: async () => {
        const there = await queryOnce(urlOf('postgres'), `SELECT FROM pg_database WHERE datname = 'ledger'`);
        if (there.length === 0) await queryOnce(urlOf('postgres'), 'CREATE DATABASE ledger');
      },
      launch: () => launch('migrate.ts'),
    },
    {
      name: 'ledger',
      kind: 'service',
      dependsOn: ['kafka', 'migrate:ledger'],
      ports: [{ variable: 'LEDGER_PORT', port }],
      checkHealth: async () => {
        const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
        await response.body?.cancel();
        if (!response.ok) throw new Error(`/health/ready answers ${response.status}`);
      },
      launch: () => launch('main.ts'),
    },
  ];
}

/** The script runs before the service does, in the same process, and after the hook that compiles the ledger. */
function withPreload(definition: ProcessDefinition, script: string): ProcessDefinition {
  return {
    ...definition,
    launch: () => {
      const launch = definition.launch();
      return { ...launch, args: [...launch.args.slice(0, -1), '--require', script, ...launch.args.slice(-1)] };
    },
  };
}
