import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Settings of rooms, and the log of their admissions. */
export class CreateWaitingRoom1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE waiting_room (
        room text PRIMARY KEY,
        version integer NOT NULL,
        settings jsonb NOT NULL,
        seed text NOT NULL,
        opened boolean NOT NULL DEFAULT false
      )`);
    await runner.query(`
      CREATE TABLE waiting_room_admission (
        room text NOT NULL REFERENCES waiting_room,
        seq bigint NOT NULL,
        visitor text NOT NULL,
        ticket bigint NOT NULL,
        admitted_at bigint NOT NULL,
        rate_limit integer NOT NULL,
        window_us bigint NOT NULL,
        hash text NOT NULL,
        PRIMARY KEY (room, seq)
      )`);
    await runner.query('CREATE INDEX waiting_room_admission_visitor ON waiting_room_admission (room, visitor)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE waiting_room_admission');
    await runner.query('DROP TABLE waiting_room');
  }
}
