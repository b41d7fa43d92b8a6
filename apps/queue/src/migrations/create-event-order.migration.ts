import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A pass orders once: two requests with the same pass meet at its unique index. */
export class CreateEventOrder1764300001000 implements MigrationInterface {
  name = 'CreateEventOrder1764300001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE event_order (
        id uuid PRIMARY KEY,
        event_product_id text NOT NULL,
        pass_id text NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE event_order');
  }
}
