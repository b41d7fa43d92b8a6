import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateModerator1764300002000 implements MigrationInterface {
  name = 'CreateModerator1764300002000';

  async up(runner: QueryRunner): Promise<void> {
    // Both only ever grow: what was judged by which rule can be told for ever.
    await runner.query(`
      CREATE TABLE rule_set (
        version integer PRIMARY KEY CHECK (version > 0),
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TABLE rule_version (
        rule_id text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        set_version integer NOT NULL REFERENCES rule_set (version),
        definition jsonb, -- null: taken out of the set
        PRIMARY KEY (rule_id, version)
      )`);
    await runner.query('CREATE TABLE room (id uuid PRIMARY KEY, commands integer NOT NULL)');
    // No words: the text is the chat's, which can erase it.
    await runner.query(`
      CREATE TABLE hit (
        id uuid PRIMARY KEY,
        room_id uuid NOT NULL,
        message_id uuid NOT NULL,
        seq integer NOT NULL,
        rule_id text NOT NULL,
        rule_version integer NOT NULL,
        spans jsonb NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('said', 'cooled-down', 'repeated', 'shadow')),
        triggered_at timestamptz NOT NULL,
        FOREIGN KEY (rule_id, rule_version) REFERENCES rule_version (rule_id, version)
      )`);
    await runner.query(`CREATE UNIQUE INDEX hit_said_once ON hit (message_id, rule_id) WHERE outcome = 'said'`);
    await runner.query(`CREATE INDEX hit_said_last ON hit (room_id, rule_id, triggered_at) WHERE outcome = 'said'`);
    await runner.query('CREATE INDEX hit_of_rule ON hit (rule_id, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hit, room, rule_version, rule_set');
  }
}
