import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateChat1764500001000 implements MigrationInterface {
  name = 'CreateChat1764500001000';

  async up(runner: QueryRunner): Promise<void> {
    // What the chat knows of a member: whether they have withdrawn. A message and a withdrawal both lock the row.
    await runner.query('CREATE TABLE member (id uuid PRIMARY KEY, withdrawn_at timestamptz)');
    await runner.query(`
      CREATE TABLE room (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('group', 'direct')),
        name text CHECK ((kind = 'group') = (name IS NOT NULL)),
        pair uuid[] UNIQUE CHECK ((kind = 'direct') = (pair IS NOT NULL)),
        last_seq integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX room_of_group ON room (id DESC) WHERE kind = 'group'`);
    await runner.query(`
      CREATE TABLE room_member (
        room_id uuid NOT NULL REFERENCES room (id),
        member_id uuid NOT NULL REFERENCES member (id),
        last_read_seq integer NOT NULL DEFAULT 0,
        joined_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, member_id)
      )`);
    await runner.query('CREATE INDEX room_of_member ON room_member (member_id, room_id DESC)');
    await runner.query(`
      CREATE TABLE room_change (
        room_id uuid NOT NULL REFERENCES room (id),
        seq integer NOT NULL CHECK (seq > 0),
        message_id uuid NOT NULL,
        change text NOT NULL CHECK (change IN ('posted', 'edited', 'deleted')),
        kind text NOT NULL CHECK (kind IN ('user', 'system')),
        sender_id uuid CHECK ((kind = 'user') = (sender_id IS NOT NULL)),
        client_message_id text,
        text text NOT NULL,
        trigger_message_id uuid,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (room_id, seq)
      )`);
    // The same message is posted once, however often it is sent, or commanded.
    await runner.query('CREATE UNIQUE INDEX room_change_client_message ON room_change (room_id, sender_id, client_message_id)');
    await runner.query(`CREATE UNIQUE INDEX room_change_posted ON room_change (message_id) WHERE change = 'posted'`);
    await runner.query('CREATE INDEX room_change_message ON room_change (message_id, seq)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE room_change, room_member, room, member');
  }
}
