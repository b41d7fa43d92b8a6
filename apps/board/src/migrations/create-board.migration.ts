import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBoard1764000001000 implements MigrationInterface {
  name = 'CreateBoard1764000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE author (id uuid PRIMARY KEY, withdrawn_at timestamptz)');
    await runner.query(`
      CREATE TABLE post (
        id uuid PRIMARY KEY,
        author_id uuid NOT NULL REFERENCES author (id),
        title text NOT NULL,
        body text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        hidden_at timestamptz
      )`);
    // Lists show visible posts only, newest first, of everybody or of one author.
    await runner.query('CREATE INDEX post_visible ON post (id DESC) WHERE hidden_at IS NULL');
    await runner.query('CREATE INDEX post_visible_of_author ON post (author_id, id DESC) WHERE hidden_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE post');
    await runner.query('DROP TABLE author');
  }
}
