import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '../../core/paths.ts';
import { UserFacingError } from '../../core/user-facing-error.ts';
import { ControlClient } from '../control-client.ts';
import { checkDatabase, portOf, runningDirectory } from '../running-sandbox.ts';
import { loadSecrets } from '../secrets.ts';
import { databases, outboxDatabases, services } from '../services.ts';
import { onLoopback, portsFrom, type Environment } from '../settings.ts';

const ENTRY = 'dist/apps/cdc/src/reconcile.js';

/** Heals the log reader's slot of a database, beside the running services and with what the log reader is given. */
export async function reconcile(args: readonly string[], environment: Environment): Promise<number> {
  const database = args.find((argument) => !argument.startsWith('-'));
  if (!database) throw new UserFacingError(`Which database? npm run reconcile -- member, for one. There are: ${outboxDatabases.join(', ')}`);
  checkDatabase(database, outboxDatabases);
  const stateDirectory = runningDirectory(environment);
  const status = await new ControlClient(stateDirectory).status();
  const { cdc } = status; // the one that runs, not the one that the next start would take
  const ports = {
    ...portsFrom(environment),
    POSTGRES_PORT: portOf(status, 'postgres'),
    KAFKA_PORT: portOf(status, 'kafka'),
    ...(cdc === 'debezium' && { CONNECT_PORT: portOf(status, 'connect') }),
  };
  const secrets = loadSecrets(join(stateDirectory, 'secrets.json'), databases);
  const env = services.find(({ name }) => name === 'cdc')?.env({ stateDirectory, ports, at: onLoopback(ports), secrets, environment, cdc, cdcPasswordReference: '' });
  const path = environment['PATH'] ?? '/usr/bin:/bin';
  const child = spawn(process.execPath, [join(repositoryRoot, ENTRY), ...args], { stdio: 'inherit', env: { PATH: path, TZ: 'UTC', ...env } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
