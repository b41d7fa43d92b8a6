import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets the maintenance find rows to forget without reading the table. A B-tree, not BRIN: new rows take the room of
 * deleted ones, so that blocks would soon hold times of all ages.
 */
export class IndexInbox1764000000004 implements MigrationInterface {
  name = 'IndexInbox1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX inbox_processed_at ON inbox (consumer, processed_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX inbox_processed_at');
  }
}
