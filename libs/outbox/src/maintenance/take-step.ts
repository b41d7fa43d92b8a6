import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';

/** Any number will do; the instances of all services on one database take turns by it. */
const ADVISORY_LOCK = 4_736_251;
const ATTEMPTS = 5;
const PAUSE_MS = 100;

// Bounds are written and read in UTC. Of the limits: who waits for a strong lock on the outbox makes writers queue behind
// it; a step that hangs (its process frozen) is ended by the server, with its locks.
const SETTINGS = `
  SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
         set_config('statement_timeout', '3s', true), set_config('lock_timeout', '2s', true),
         set_config('idle_in_transaction_session_timeout', '5s', true)`;
const WRITERS_WAIT_AT_MOST = `SET LOCAL lock_timeout = '200ms'`;

/**
 * Runs one step of the maintenance: a transaction, one at a time in a database. It looks at the state under the lock and makes one
 * change, so that a process killed anywhere leaves a state from which the next one goes on. A step that does not get its locks within
 * 200 ms lets writers pass and tries again, 5 times in all.
 */
export async function takeStep<Result>(dataSource: DataSource, step: (manager: EntityManager) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dataSource.transaction('READ COMMITTED', async (manager) => {
        await manager.query(SETTINGS);
        await manager.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
        await manager.query(WRITERS_WAIT_AT_MOST);
        return step(manager);
      });
    } catch (error) {
      if (attempt === ATTEMPTS || !lostALock(error)) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
}

/** lock_not_available, deadlock_detected */
function lostALock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');
}
