import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes the table `inbox` for services that apply messages of others. */
export class CreateInbox1764000000002 implements MigrationInterface {
  name = 'CreateInbox1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inbox (
        consumer text NOT NULL,
        message_id uuid NOT NULL,
        processed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (consumer, message_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inbox');
  }
}
