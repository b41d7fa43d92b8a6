import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long the migration waits for open transactions that wrote events, while later writers queue behind it. */
const LOCK_TIMEOUT = '10s';
const GRANT_TO_READERS = `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outbox_reader') THEN
      GRANT SELECT ON outbox TO outbox_reader;
    END IF;
  END $$`;
const UNIQUE = 'PRIMARY KEY (id), UNIQUE (aggregatetype, aggregateid, aggregateversion)';

/**
 * Partitions `outbox` by UTC day of `createdat`. The table as it was becomes the first partition, so no row is written
 * again (it would be published again); rows that a reader has not seen yet are in the log under the old table, which the
 * publication named when they were written. All of it is one transaction, for the reader's sake too: the new table, the
 * publication and its entry must be equally old (see "The publication" in the README of `@madang/cdc`).
 *
 * Writers wait while the table is read once, to prove that its rows are from before tomorrow. Privileges that somebody
 * else than the migrations has granted on the table have to be granted again.
 */
export class PartitionOutbox1764000000003 implements MigrationInterface {
  name = 'PartitionOutbox1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await runner.query('LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE');
    await runner.query('RESET lock_timeout');
    const [day]: { name: string; ends: string }[] = await runner.query(`
      SELECT to_char(utc, 'YYYYMMDD') AS name, to_char(utc + interval '1 day', 'YYYY-MM-DD 00:00:00+00') AS ends
      FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS utc) AS now`);
    if (!day) throw new Error('The server does not tell the time');
    const first = `outbox_${day.name}`;

    await runner.query(`ALTER TABLE outbox RENAME TO ${first}`);
    await runner.query(`CREATE TABLE outbox (LIKE ${first} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (createdat)`);
    await runner.query(`CREATE TABLE outbox_default (LIKE outbox INCLUDING ALL, ${UNIQUE})`);
    // While the default partition is not attached, the publication does not see what is moved into it.
    await runner.query(`
      WITH future AS (DELETE FROM ${first} WHERE createdat >= '${day.ends}' RETURNING *)
      INSERT INTO outbox_default SELECT * FROM future`);
    await runner.query(`ALTER TABLE outbox ATTACH PARTITION ${first} FOR VALUES FROM (MINVALUE) TO ('${day.ends}')`);
    await runner.query('ALTER TABLE outbox ATTACH PARTITION outbox_default DEFAULT');

    // The same options again: what counts is that the publication is as old as the table.
    await runner.query(`ALTER PUBLICATION outbox SET (publish = 'insert', publish_via_partition_root = true)`);
    await runner.query(`ALTER PUBLICATION outbox DROP TABLE ${first}`);
    await runner.query('ALTER PUBLICATION outbox ADD TABLE outbox');
    await runner.query(GRANT_TO_READERS);

    // Partitions on their way out, each with the position in the log that readers have to confirm before its next step.
    await runner.query(`
      CREATE TABLE outbox_retirement (
        partition text PRIMARY KEY,
        ends_at timestamptz NOT NULL,
        position pg_lsn NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    // When a reader's slot was last seen to be lost or missing: what it has skipped has to be published from the table.
    await runner.query('CREATE TABLE outbox_slot_loss (seen_at timestamptz NOT NULL)');
  }

  /** Makes one table of it again. The rows are copied before the publication sees the table: none is published again. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE');
    const detached: { partition: string }[] = await runner.query(`
      SELECT partition FROM outbox_retirement
      WHERE EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass(partition) AND NOT c.relispartition)`);
    if (detached.length > 0) {
      const names = detached.map(({ partition }) => partition).join(', ');
      throw new Error(`${names} wait to be dropped: let the maintenance finish, or drop them if their events are not needed`);
    }
    await runner.query(`CREATE TABLE outbox_plain (LIKE outbox INCLUDING ALL, ${UNIQUE})`);
    await runner.query('INSERT INTO outbox_plain SELECT * FROM outbox ORDER BY createdat');
    await runner.query('DROP TABLE outbox, outbox_retirement, outbox_slot_loss');
    await runner.query('ALTER TABLE outbox_plain RENAME TO outbox');
    await runner.query(`ALTER PUBLICATION outbox SET (publish = 'insert', publish_via_partition_root = true)`);
    await runner.query('ALTER PUBLICATION outbox ADD TABLE outbox');
    await runner.query(GRANT_TO_READERS);
  }
}
