import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A hidden post keeps no words: they may be personal data of an author who has withdrawn, or took them back. */
export class ForgetHiddenPosts1764000001001 implements MigrationInterface {
  name = 'ForgetHiddenPosts1764000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE post ALTER title DROP NOT NULL, ALTER body DROP NOT NULL');
    await runner.query('UPDATE post SET title = NULL, body = NULL WHERE hidden_at IS NOT NULL');
    await runner.query(`
      ALTER TABLE post
        ADD CONSTRAINT post_visible_has_words CHECK (hidden_at IS NOT NULL OR (title IS NOT NULL AND body IS NOT NULL)),
        ADD CONSTRAINT post_hidden_has_none CHECK (hidden_at IS NULL OR (title IS NULL AND body IS NULL))`);
  }

  /** The words do not come back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE post DROP CONSTRAINT post_visible_has_words, DROP CONSTRAINT post_hidden_has_none');
    await runner.query(`UPDATE post SET title = '', body = '' WHERE hidden_at IS NOT NULL`);
    await runner.query('ALTER TABLE post ALTER title SET NOT NULL, ALTER body SET NOT NULL');
  }
}
