import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { repositoryRoot } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';

/** Every port, by the variable that moves it. */
export const DEFAULT_PORTS = {
  MEMBER_PORT: 8101,
  BOARD_PORT: 8102,
  RELAY_PORT: 8106,
  CDC_PORT: 8107,
  POSTGRES_PORT: 15432,
  REPLICA_1_PORT: 15433,
  REPLICA_2_PORT: 15434,
  KAFKA_PORT: 19092,
  KAFKA_CONTROLLER_PORT: 19093,
  VALKEY_PORT: 16379,
} as const;

export type PortVariable = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortVariable, number>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export const portVariables: readonly PortVariable[] = Object.keys(DEFAULT_PORTS) as PortVariable[];

/** The process's environment over `.env` in the root: what is typed in front of a command wins. */
export function loadEnvironment(): Environment {
  const file = join(repositoryRoot, '.env');
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

/** @throws UserFacingError naming the variable that is no port, or the two that are the same */
export function portsFrom(environment: Environment): Ports {
  const ports = Object.fromEntries(portVariables.map((variable) => [variable, portFrom(environment, variable)])) as Record<PortVariable, number>;
  for (const variable of portVariables) {
    const other = portVariables.find((name) => name !== variable && ports[name] === ports[variable]);
    if (other) throw new UserFacingError(`${variable} and ${other} are both ${ports[variable]}. Give one of them another port.`);
  }
  return ports;
}

/** Where logs, data, secrets and locks lie. Another directory (and other ports) make a second sandbox beside the first. */
export function stateDirectoryFrom(environment: Environment): string {
  return environment['SANDBOX_DIRECTORY'] ?? join(repositoryRoot, '.sandbox');
}

function portFrom(environment: Environment, variable: PortVariable): number {
  const text = environment[variable];
  if (text === undefined || text === '') return DEFAULT_PORTS[variable];
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new UserFacingError(`${variable} must be a port from 1 to 65535.`);
  return port;
}
