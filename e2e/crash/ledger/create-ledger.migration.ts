import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nothing here is unique but the counter: an effect that happens twice must be seen twice. */
export class CreateLedger1764000009000 implements MigrationInterface {
  name = 'CreateLedger1764000009000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE effect (
        seq bigserial PRIMARY KEY,
        event_id uuid NOT NULL,
        type text NOT NULL,
        aggregate_id text NOT NULL,
        aggregate_version integer NOT NULL
      )`);
    await runner.query('CREATE TABLE counter (aggregate_id text PRIMARY KEY, effects integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counter');
    await runner.query('DROP TABLE effect');
  }
}
