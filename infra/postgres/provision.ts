import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { postgresUrl } from './connect.ts';
import { runPsqlScript, type Variables } from './psql-script.ts';

export interface PostgresPasswords {
  /** Of `postgres`, the superuser. */
  readonly superuser: string;
  readonly cdc: string;
  readonly replicator: string;
  /** By database, which is also the name of the role that owns it. */
  readonly owners: Readonly<Record<string, string>>;
}

/**
 * Roles, databases and slots. May be run again: what is there stays, passwords are set anew.
 * @param primary a port on the loopback, or host and port
 * @param outboxes databases with an outbox: a slot that nobody reads would keep the log for ever
 */
export async function provision(primary: number | string, passwords: PostgresPasswords, outboxes: readonly string[]): Promise<void> {
  await runOnPrimary('provision-cluster.sql', { cdc_password: passwords.cdc, replicator_password: passwords.replicator }, primary, passwords);
  for (const [database, password] of Object.entries(passwords.owners)) {
    await runOnPrimary('provision-database.sql', { database, password }, primary, passwords);
    if (outboxes.includes(database)) await runOnPrimary('provision-outbox.sql', { database }, primary, passwords);
  }
}

/** @param slot the standby's physical slot */
export async function provisionStandby(slot: string, primary: number | string, passwords: PostgresPasswords): Promise<void> {
  await runOnPrimary('provision-standby.sql', { slot }, primary, passwords);
}

async function runOnPrimary(file: string, variables: Variables, primary: number | string, passwords: PostgresPasswords): Promise<void> {
  const script = readFileSync(join(infraDirectory, 'postgres', file), 'utf8');
  const urlOf = (database: string): string => postgresUrl('postgres', passwords.superuser, primary, database);
  await runPsqlScript(script, variables, { urlOf, database: 'postgres' });
}
