import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MAX_PAYLOAD_BYTES } from './event-too-large.error';

/**
 * Makes the table `outbox` and the publication of the same name. A role `outbox_reader`, if the server has one, may read
 * the table: make the log reader's role a member of it. The logical slot is not made here, because a slot cannot be
 * created in a transaction that has written: provision it with the database.
 *
 * The bounds hold for writers that go past the library too: a row that is too large to publish would halt the log reader.
 */
export class CreateOutbox1764000000001 implements MigrationInterface {
  name = 'CreateOutbox1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        aggregatetype text NOT NULL CHECK (length(aggregatetype) BETWEEN 1 AND 200),
        aggregateid text NOT NULL CHECK (length(aggregateid) BETWEEN 1 AND 200),
        aggregateversion integer NOT NULL CHECK (aggregateversion > 0),
        type text NOT NULL CHECK (length(type) BETWEEN 1 AND 200),
        schemaversion integer NOT NULL CHECK (schemaversion > 0),
        payload jsonb NOT NULL CHECK (octet_length(payload::text) <= ${MAX_PAYLOAD_BYTES}),
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
