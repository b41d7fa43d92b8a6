import { join } from 'node:path';
import { postgresUrl } from '../../../infra/postgres/connect.ts';
import { ControlClient } from '../../../infra/sandbox/control-client.ts';
import { CONTROL_FILE } from '../../../infra/sandbox/control-server.ts';
import { portOf, runningDirectory } from '../../../infra/sandbox/running-sandbox.ts';
import { loadSecrets } from '../../../infra/sandbox/secrets.ts';
import { databases } from '../../../infra/sandbox/services.ts';
import type { Environment } from '../../../infra/sandbox/settings.ts';
import type { SandboxStatus } from '../../../infra/sandbox/status.ts';
import { UserFacingError } from '../../../infra/core/user-facing-error.ts';
import type { PlatformAddresses } from '../../platform-client.ts';

const SERVICES = ['member', 'board', 'queue', 'chat', 'chat-2', 'id', 'moderator', 'relay', 'cdc'] as const;

/** A running platform, as a scenario reaches it: what the services' clients know, and what only the lab may. */
export interface Ground {
  /** As `LabDriver.fromEnvironment` takes it. */
  readonly environment: Environment;
  readonly addresses: PlatformAddresses;
  readonly chatNodes: readonly [string, string];
  readonly adminToken: string;
  readonly kafkaBrokers: readonly string[];
  /** Of the superuser, by server. */
  readonly postgres: Readonly<Record<'primary' | 'replica-1' | 'replica-2', string>>;
  /** Held by whoever plays: two scenarios at once would turn each other's switches. */
  readonly lockFile: string;
}

/**
 * By the variables that the console gives to what it starts (`LAB_RUNNER_FILE`, `LAB_SERVICE_URLS`, `LAB_POSTGRES_URLS`, `ADMIN_TOKEN`, `KAFKA_BROKERS`);
 * without them, what `npm start` runs.
 *
 * @throws UserFacingError if nothing runs
 */
export async function findGround(environment: Environment): Promise<Ground> {
  if (environment['LAB_RUNNER_FILE']) return groundOf(environment);
  const stateDirectory = runningDirectory(environment);
  return groundOf(environmentOf(stateDirectory, await new ControlClient(stateDirectory).status()));
}

function environmentOf(stateDirectory: string, status: SandboxStatus): Environment {
  const { adminToken, postgres } = loadSecrets(join(stateDirectory, 'secrets.json'), databases);
  const at = (process: string): string => postgresUrl('postgres', postgres.superuser, portOf(status, process), 'postgres');
  return {
    LAB_RUNNER_FILE: join(stateDirectory, 'run', CONTROL_FILE),
    LAB_SERVICE_URLS: SERVICES.map((name) => `${name}=http://127.0.0.1:${portOf(status, name)}`).join(','),
    LAB_POSTGRES_URLS: `primary=${at('postgres')},replica-1=${at('replica-1')},replica-2=${at('replica-2')}`,
    ADMIN_TOKEN: adminToken,
    KAFKA_BROKERS: `127.0.0.1:${portOf(status, 'kafka')}`,
  };
}

function groundOf(environment: Environment): Ground {
  const services = named(environment, 'LAB_SERVICE_URLS');
  const servers = named(environment, 'LAB_POSTGRES_URLS');
  const runnerFile = given(environment, 'LAB_RUNNER_FILE');
  const addresses = { member: services('member'), board: services('board'), queue: services('queue'), chat: services('chat'), id: services('id'), moderator: services('moderator'), relay: services('relay'), cdc: services('cdc') };
  return {
    environment,
    addresses,
    chatNodes: [services('chat'), services('chat-2')],
    adminToken: given(environment, 'ADMIN_TOKEN'),
    kafkaBrokers: given(environment, 'KAFKA_BROKERS').split(','),
    postgres: { primary: servers('primary'), 'replica-1': servers('replica-1'), 'replica-2': servers('replica-2') },
    lockFile: join(runnerFile, '..', 'scenario.lock'),
  };
}

/** `name=url,name=url` */
function named(environment: Environment, variable: string): (name: string) => string {
  const urls = new Map(given(environment, variable).split(',').map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  return (name) => {
    const url = urls.get(name);
    if (!url) throw new UserFacingError(`${variable} names no ${name}.`);
    return url;
  };
}

function given(environment: Environment, variable: string): string {
  const value = environment[variable];
  if (!value) throw new UserFacingError(`${variable} is missing: without LAB_RUNNER_FILE all of them are found where npm start runs.`);
  return value;
}
