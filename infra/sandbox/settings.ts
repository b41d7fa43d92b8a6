import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { repositoryRoot } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';

/** Every port, by the variable that moves it. */
export const DEFAULT_PORTS = {
  CONSOLE_PORT: 8100,
  MEMBER_PORT: 8101,
  BOARD_PORT: 8102,
  QUEUE_PORT: 8103,
  CHAT_PORT: 8104,
  CHAT_2_PORT: 8114,
  ID_PORT: 8105,
  RELAY_PORT: 8106,
  CDC_PORT: 8107,
  MODERATOR_PORT: 8108,
  POSTGRES_PORT: 15432,
  REPLICA_1_PORT: 15433,
  REPLICA_2_PORT: 15434,
  KAFKA_PORT: 19092,
  KAFKA_CONTROLLER_PORT: 19093,
  CONNECT_PORT: 18083,
  VALKEY_PORT: 16379,
} as const;

export type PortVariable = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortVariable, number>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** What carries rows from PostgreSQL's log to Kafka: this project's reader, or Debezium on Kafka Connect. */
export type CdcEngineName = 'embedded' | 'debezium';

const CDC_ENGINES: readonly CdcEngineName[] = ['embedded', 'debezium'];
const LOG_LEVELS: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

export const portVariables: readonly PortVariable[] = Object.keys(DEFAULT_PORTS) as PortVariable[];

/** What `.env` in the root sets. */
export function readEnvFile(): Environment {
  const file = join(repositoryRoot, '.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** The process's environment over `.env`: what is typed in front of a command wins. */
export function loadEnvironment(): Environment {
  return { ...readEnvFile(), ...process.env };
}

/** What every service is given, by the same rules as theirs: a fault shows before anything starts. @throws UserFacingError naming the variable */
export function checkCommonSettings({ LOG_LEVEL: level, RATE_LIMIT_PER_SECOND: limit }: Environment): void {
  if (level !== undefined && !LOG_LEVELS.includes(level)) throw new UserFacingError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  if (limit !== undefined && !isWhole(limit, 1_000_000)) throw new UserFacingError('RATE_LIMIT_PER_SECOND must be a whole number from 1 to 1000000.');
}

/** @throws UserFacingError for an engine that there is not */
export function cdcEngineFrom(environment: Environment): CdcEngineName {
  const name = environment['CDC_ENGINE'] ?? 'embedded';
  const engine = CDC_ENGINES.find((each) => each === name);
  if (!engine) throw new UserFacingError(`CDC_ENGINE (or --cdc) must be ${CDC_ENGINES.join(' or ')}.`);
  return engine;
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

/** Where what listens on one of these ports is reached on this machine. */
export function onLoopback(ports: Ports): (variable: PortVariable) => string {
  return (variable) => `127.0.0.1:${ports[variable]}`;
}

/** Where logs, data, secrets and locks lie. Another directory (and other ports) make a second sandbox beside the first. */
export function stateDirectoryFrom(environment: Environment): string {
  return environment['SANDBOX_DIRECTORY'] ?? join(repositoryRoot, '.sandbox');
}

function portFrom(environment: Environment, variable: PortVariable): number {
  const text = environment[variable];
  if (text === undefined) return DEFAULT_PORTS[variable];
  if (!isWhole(text, 65_535)) throw new UserFacingError(`${variable} must be a port from 1 to 65535${text === '' ? ', and is empty' : ''}.`);
  return Number(text);
}

function isWhole(text: string, max: number): boolean {
  return /^\d{1,15}$/.test(text) && Number(text) >= 1 && Number(text) <= max;
}
