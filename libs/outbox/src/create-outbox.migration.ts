import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Makes the table `outbox` and the publication of the same name. A role `outbox_reader`, if the server has one, may read
 * the table: make the log reader's role a member of it. The logical slot is not made here, because a slot cannot be
 * created in a transaction that has written: provision it with the database.
 */
export class CreateOutbox1764000000001 implements MigrationInterface {
  name = 'CreateOutbox1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        aggregatetype text NOT NULL,
        aggregateid text NOT NULL,
        aggregateversion integer NOT NULL CHECK (aggregateversion > 0),
        type text NOT NULL,
        schemaversion integer NOT NULL CHECK (schemaversion > 0),
        payload jsonb NOT NULL,
        traceparent text,
        createdat timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE (aggregatetype, aggregateid, aggregateversion)
      )`);
    await runner.query(`
      CREATE PUBLICATION outbox FOR TABLE outbox
      WITH (publish = 'insert', publish_via_partition_root = true)`);
    await runner.query(`
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outbox_reader') THEN
          GRANT SELECT ON outbox TO outbox_reader;
        END IF;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP PUBLICATION outbox');
    await runner.query('DROP TABLE outbox');
  }
}
