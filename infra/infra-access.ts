import { randomBytes } from 'node:crypto';
import type { Infra, InfraOptions, PostgresServer } from './infra.ts';
import { postgresUrl } from './postgres/connect.ts';
import type { PostgresPasswords } from './postgres/provision.ts';
import { valkeyUrl } from './valkey/server.ts';

/** What both implementations of {@link Infra} know of what they have started. */
export interface StartedParts {
  readonly databases: readonly string[];
  readonly standbyNames: readonly string[];
  readonly passwords: PostgresPasswords;
  readonly valkeyPassword: string;
  /** On the loopback, by the part's name. */
  readonly portOf: (name: string) => number;
}

/** What is started, by the defaults of {@link InfraOptions}, each with secrets of its own. */
export function partsFor(options: InfraOptions, portOf: (name: string) => number): StartedParts {
  const databases = options.postgres?.databases ?? ['member', 'board'];
  return {
    databases,
    standbyNames: standbyNamesFor(options),
    passwords: { superuser: password(), cdc: password(), replicator: password(), owners: Object.fromEntries(databases.map((database) => [database, password()])) },
    valkeyPassword: password(),
    portOf,
  };
}

export function standbyNamesFor({ postgres }: InfraOptions): string[] {
  return Array.from({ length: postgres?.standbys ?? 0 }, (_, index) => `replica-${index + 1}`);
}

/** The access that tests have. @param cdcPassword what stands for it in a connector's configuration */
export function infraOf(options: InfraOptions, parts: StartedParts, cdcPassword: string, { process, signal, stop }: Pick<Infra, 'process' | 'signal' | 'stop'>): Infra {
  const { passwords, portOf } = parts;
  const serverAt = (name: string): PostgresServer => {
    const port = portOf(name);
    return {
      port,
      adminUrl: (database = 'postgres') => postgresUrl('postgres', passwords.superuser, port, database),
      url: (database, role = database) => postgresUrl(role, passwordOf(passwords, role), port, database),
    };
  };
  const demand = (asked: unknown, name: string): void => {
    if (!asked) throw new Error(`startInfra() was not asked for ${name}`);
  };
  return {
    get postgres() {
      demand(options.postgres, 'postgres');
      return { ...serverAt('postgres'), replicas: parts.standbyNames.map((name) => Object.assign(serverAt(name), { name })) };
    },
    get kafka() {
      demand(options.kafka, 'kafka');
      return { brokers: [`127.0.0.1:${portOf('kafka')}`] };
    },
    get connect() {
      demand(options.connect, 'connect');
      return { url: `http://127.0.0.1:${portOf('connect')}`, cdcPassword };
    },
    get valkey() {
      demand(options.valkey, 'valkey');
      return { url: valkeyUrl(portOf('valkey'), parts.valkeyPassword) };
    },
    process,
    signal,
    stop,
  };
}

function passwordOf(passwords: PostgresPasswords, role: string): string {
  const known: Record<string, string> = { ...passwords.owners, cdc: passwords.cdc, replicator: passwords.replicator, postgres: passwords.superuser };
  const found = known[role];
  if (found === undefined) throw new Error(`There is no role "${role}". There are: ${Object.keys(known).join(', ')}`);
  return found;
}

function password(): string {
  return randomBytes(18).toString('base64url');
}
