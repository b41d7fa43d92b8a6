import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMember1764000001000 implements MigrationInterface {
  name = 'CreateMember1764000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE member (
        id uuid PRIMARY KEY,
        email text UNIQUE,
        nickname text,
        password_hash text,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        withdrawn_at timestamptz,
        CHECK (withdrawn_at IS NOT NULL OR (email IS NOT NULL AND nickname IS NOT NULL AND password_hash IS NOT NULL)),
        CHECK (withdrawn_at IS NULL OR (email IS NULL AND nickname IS NULL AND password_hash IS NULL))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE member');
  }
}
