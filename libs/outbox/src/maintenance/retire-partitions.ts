import type { DataSource, EntityManager } from 'typeorm';
import { readPartitions } from './partitions';
import { slotLoss, unconfirmedBy } from './slots';
import { takeStep } from './take-step';
import { addDays } from './utc-day';

/** What became of a partition that is past its retention; `kept`: its events are not confirmed by every reader; `failed`: next time. */
export type RetirementStep =
  | { readonly partition: string; readonly outcome: 'recorded' | 'detached' | 'dropped' | 'gone' }
  | { readonly partition: string; readonly outcome: 'kept'; readonly reasons: readonly string[] }
  | { readonly partition: string; readonly outcome: 'failed'; readonly error: unknown };

interface Due {
  readonly name: string;
  readonly endsAt: Date;
}

interface State {
  readonly exists: boolean;
  readonly attached: boolean;
  /** What readers have to confirm before the next step; null before the first. */
  readonly position: string | null;
}

const DETACHED = `
  SELECT partition AS name, ends_at AS "endsAt" FROM outbox_retirement
  WHERE ends_at <= $1 AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(partition) AND inhparent = 'outbox'::regclass)
  ORDER BY ends_at`;

const STATE = `
  SELECT to_regclass($1) IS NOT NULL AS exists,
         EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = 'outbox'::regclass) AS attached,
         (SELECT position::text FROM outbox_retirement WHERE partition = $1) AS position`;

const RECORD = `
  INSERT INTO outbox_retirement (partition, ends_at, position) VALUES ($1, $2, pg_current_wal_insert_lsn())
  ON CONFLICT (partition) DO UPDATE SET position = excluded.position, recorded_at = excluded.recorded_at`;

/**
 * Takes each partition whose last row is older than `outboxDays` one step further:
 * 1. *recorded*: nobody writes into it, and the end of the log is noted;
 * 2. *detached*, once every reader has confirmed that position: until then it can be read, for a reconciliation. The end of the
 *    log is noted again, because rows may have come in between; from now on none can;
 * 3. *dropped*, once every reader has confirmed that position too.
 *
 * While a slot is lost, missing or reconciled, and for as many days after, none is detached or dropped: a new slot confirms what it has never
 * seen, and somebody has to publish that from the table.
 */
export async function retirePartitions(dataSource: DataSource, now: Date, outboxDays: number): Promise<RetirementStep[]> {
  const cutoff = addDays(now, -outboxDays);
  const due = await takeStep(dataSource, async (manager): Promise<Due[]> => {
    await holdAfterLoss(manager, now, cutoff); // a loss is remembered, also while nothing is due
    const detached: Due[] = await manager.query(DETACHED, [cutoff]);
    const attached = (await readPartitions(manager)).filter(({ to }) => to <= cutoff);
    return [...detached, ...attached.map(({ name, to }) => ({ name, endsAt: to }))];
  });
  const steps: RetirementStep[] = [];
  for (const partition of due) {
    const step = takeStep(dataSource, async (manager) => retire(manager, partition, await holdAfterLoss(manager, now, cutoff)));
    // One that is in use must not keep the others.
    steps.push(await step.catch((error: unknown) => ({ partition: partition.name, outcome: 'failed', error }) as const));
  }
  return steps;
}

/**
 * Remembers that a slot is lost or missing, also across restarts. Why nothing may go now; null if it may. To be asked in the step that
 * would let something go: the slots must not have changed since.
 */
async function holdAfterLoss(manager: EntityManager, now: Date, cutoff: Date): Promise<string | null> {
  const loss = await slotLoss(manager);
  if (loss !== null) {
    await manager.query('DELETE FROM outbox_slot_loss');
    await manager.query('INSERT INTO outbox_slot_loss VALUES ($1)', [now]);
    return loss;
  }
  const [last]: { seenAt: Date }[] = await manager.query('SELECT seen_at AS "seenAt" FROM outbox_slot_loss');
  if (!last || last.seenAt <= cutoff) return null;
  const since = last.seenAt.toISOString();
  return `a slot was lost or missing until ${since}, and what it has skipped may still have to be published (once it is: DELETE FROM outbox_slot_loss)`;
}

async function retire(manager: EntityManager, { name, endsAt }: Due, held: string | null): Promise<RetirementStep> {
  const [state]: State[] = await manager.query(STATE, [name]);
  if (!state?.exists) {
    await manager.query('DELETE FROM outbox_retirement WHERE partition = $1', [name]);
    return { partition: name, outcome: 'gone' };
  }
  if (state.position === null) {
    // Waits for transactions that have written into it: their commits then lie before the position.
    await manager.query(`LOCK TABLE ${quoted(name)} IN SHARE MODE`);
    await manager.query(RECORD, [name, endsAt]);
    return { partition: name, outcome: 'recorded' };
  }
  const reasons = held === null ? await unconfirmedBy(manager, state.position) : [held];
  if (reasons.length > 0) return { partition: name, outcome: 'kept', reasons };
  if (state.attached) {
    // Not CONCURRENTLY, which PostgreSQL refuses where there is a default partition.
    await manager.query(`ALTER TABLE outbox DETACH PARTITION ${quoted(name)}`);
    await manager.query(RECORD, [name, endsAt]);
    return { partition: name, outcome: 'detached' };
  }
  await manager.query(`DROP TABLE ${quoted(name)}`);
  await manager.query('DELETE FROM outbox_retirement WHERE partition = $1', [name]);
  return { partition: name, outcome: 'dropped' };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
