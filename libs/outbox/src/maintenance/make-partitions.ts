import type { DataSource, EntityManager } from 'typeorm';
import { type Partition, readPartitions } from './partitions';
import { takeStep } from './take-step';
import { addDays, partitionName, startOfDay, timestampLiteral } from './utc-day';

/** Days ahead that have their partition: for so long nobody needs to look after it. */
const DAYS_AHEAD = 7;
/** Rows in the default partition get one a day, this many a run: a clock that ran wild must not make thousands. */
const STRAY_DAYS = 30;
/** Times from farther away than this (a writer's own, such as `infinity`) are left where they are. */
const PLAUSIBLE_DAYS = 3_650;

const STRAY = `
  SELECT DISTINCT date_trunc('day', createdat, 'UTC') AS day FROM outbox_default
  WHERE createdat BETWEEN $1 AND $2 ORDER BY 1 LIMIT ${STRAY_DAYS}`;

/**
 * Sees to it that today, the next days, and each day of which the default partition holds rows have their own partition;
 * moves such rows there.
 *
 * @param now the server's time, because the server gives rows theirs
 * @returns the names of those made
 */
export async function makePartitions(dataSource: DataSource, now: Date): Promise<string[]> {
  const today = startOfDay(now);
  const missing = await takeStep(dataSource, async (manager) => {
    const strays: { day: Date }[] = await manager.query(STRAY, [addDays(now, -PLAUSIBLE_DAYS), addDays(now, PLAUSIBLE_DAYS)]);
    const days = [...Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => addDays(today, ahead)), ...strays.map(({ day }) => day)];
    const partitions = await readPartitions(manager);
    return days.filter((day) => !isCovered(day, partitions));
  });
  const made: string[] = [];
  for (const day of missing) {
    if (await takeStep(dataSource, (manager) => makePartition(manager, day, today))) made.push(partitionName(day));
  }
  return made;
}

function isCovered(day: Date, partitions: readonly Partition[]): boolean {
  const end = addDays(day, 1);
  return partitions.some(({ from, to }) => (from === null || from < end) && to > day);
}

/**
 * `ATTACH` instead of `CREATE TABLE … PARTITION OF`, which would lock all writers out. Rows of the day in the default
 * partition move *before* the new table belongs to the outbox: the publication does not see them a second time.
 */
async function makePartition(manager: EntityManager, day: Date, today: Date): Promise<boolean> {
  const name = partitionName(day);
  const [from, to] = [timestampLiteral(day), timestampLiteral(addDays(day, 1))];
  const ofTheDay = `createdat >= ${from} AND createdat < ${to}`;
  if (isCovered(day, await readPartitions(manager))) return false; // another instance was faster
  const [state]: { taken: boolean; strays: boolean }[] = await manager.query(
    `SELECT to_regclass('${name}') IS NOT NULL AS taken, EXISTS (SELECT FROM outbox_default WHERE ${ofTheDay}) AS strays`,
  );
  // An old partition of that day waits to be dropped: its late rows stay in the default partition for as long.
  if (state?.taken !== false) return false;

  // Whoever is about to write into the default partition would be refused once the day has its own: it waits here instead,
  // and then finds the new one. Days ahead have no writers, and nobody waits.
  if (state.strays || day <= today) await manager.query('LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE');
  await manager.query('LOCK TABLE outbox_default IN ACCESS EXCLUSIVE MODE'); // as ATTACH does anyway
  await manager.query(`
    CREATE TABLE ${name} (
      LIKE outbox INCLUDING ALL, PRIMARY KEY (id), UNIQUE (aggregatetype, aggregateid, aggregateversion))`);
  await manager.query(`
    WITH stray AS (DELETE FROM outbox_default WHERE ${ofTheDay} RETURNING *)
    INSERT INTO ${name} SELECT * FROM stray`);
  await manager.query(`ALTER TABLE outbox ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  return true;
}
