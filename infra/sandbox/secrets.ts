import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UserFacingError } from '../core/user-facing-error.ts';
import type { PostgresPasswords } from '../postgres/provision.ts';

/** Generated at the first start, kept with the data that were made with them. */
export interface Secrets {
  readonly postgres: PostgresPasswords;
  readonly valkeyPassword: string;
  /** Opens the services' administration. */
  readonly adminToken: string;
  /** Signs the consistency tokens that travel between services. */
  readonly consistencyTokenKey: string;
  /** The member service signs its tokens with it: an Ed25519 key as JWK (RFC 8037). */
  readonly jwtPrivateKey: Readonly<Record<string, unknown>>;
  /** The queue signs places with it, and admissions with another Ed25519 key. */
  readonly ticketKey: string;
  readonly passPrivateKey: Readonly<Record<string, unknown>>;
}

/** What is kept at `path`, completed by new ones; nothing is written. */
export function loadSecrets(path: string, databases: readonly string[]): Secrets {
  const kept: Partial<Secrets> = existsSync(path) ? read(path) : {};
  // Each by itself, so that a secret that a later version adds joins those that are there.
  return {
    postgres: {
      superuser: kept.postgres?.superuser ?? randomSecret(),
      cdc: kept.postgres?.cdc ?? randomSecret(),
      replicator: kept.postgres?.replicator ?? randomSecret(),
      owners: Object.fromEntries(databases.map((database) => [database, kept.postgres?.owners[database] ?? randomSecret()])),
    },
    valkeyPassword: kept.valkeyPassword ?? randomSecret(),
    adminToken: kept.adminToken ?? randomSecret(),
    consistencyTokenKey: kept.consistencyTokenKey ?? randomBytes(32).toString('base64url'),
    jwtPrivateKey: kept.jwtPrivateKey ?? signingKey(),
    ticketKey: kept.ticketKey ?? randomBytes(32).toString('base64url'),
    passPrivateKey: kept.passPrivateKey ?? signingKey(),
  };
}

/** Readable by its owner alone. */
export function saveSecrets(path: string, secrets: Secrets): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function read(path: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    throw new UserFacingError(`${path} cannot be read (${String(error)}). npm run reset starts afresh.`, { cause: error });
  }
}

/** Only letters, digits, dash and underscore: safe in URLs and configuration files. */
function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

function signingKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'EdDSA', use: 'sig' };
}
