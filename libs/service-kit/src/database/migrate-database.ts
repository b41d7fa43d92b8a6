import type { DataSourceOptions } from 'typeorm';
import { startupFault } from '../lifecycle/startup-fault';

/** Any number will do; two jobs that migrate one database at once then take turns. */
const ADVISORY_LOCK = 4_736_250;

/**
 * Brings a database up to date and ends; the whole of an application's `migrate.ts`, run once before the service starts.
 * Each migration is a transaction of its own: one that fails leaves nothing behind, and the process ends with code 1.
 */
export async function migrateDatabase(options: () => DataSourceOptions): Promise<void> {
  try {
    // Loaded here only: a service without a database need not carry TypeORM in its memory.
    const { DataSource } = await import('typeorm');
    const dataSource = await new DataSource({ ...options(), extra: {} }).initialize(); // without a service's time limits
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
      const applied = await dataSource.runMigrations({ transaction: 'each' });
      process.stdout.write(`${applied.length} migrations applied\n`);
      for (const { name } of applied) process.stdout.write(`  ${name}\n`);
    } finally {
      await lock.release(); // the pool closes the session, and with it the lock
      await dataSource.destroy();
    }
  } catch (error) {
    const fault = startupFault(error, 'the port');
    process.stderr.write(`migrate: ${fault ?? (error instanceof Error ? error.stack : String(error))}\n`);
    process.exitCode = 1;
  }
}
