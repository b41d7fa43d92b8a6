import { randomUUID } from 'node:crypto';
import { OutboxRow } from '@madang/outbox';
import { rowIds } from '@madang/service-kit';
import { DataSource } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { chatDatabase } from '../data-source';
import { FanOut } from '../socket/fan-out';
import { SendMessageService } from './send-message.service';

let infra: Infra;
let database: DataSource;
/** Two nodes. */
let nodes: readonly [SendMessageService, SendMessageService];
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['chat'] } });
  database = await new DataSource({ ...chatDatabase(infra.postgres.url('chat')), migrationsRun: true }).initialize();
  const node = (): SendMessageService => new SendMessageService(database, new FanOut(), rowIds());
  nodes = [node(), node()];
});
afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

async function room(...memberIds: readonly string[]): Promise<string> {
  const id = randomUUID();
  await database.query(`INSERT INTO room (id, kind, name) VALUES ($1, 'group', 'yard')`, [id]);
  await database.query('INSERT INTO member (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [memberIds]);
  await database.query('INSERT INTO room_member (room_id, member_id) SELECT $1, unnest($2::uuid[])', [id, memberIds]);
  return id;
}

async function textsOf(roomId: string): Promise<string[]> {
  const rows: { seq: number; text: string }[] = await database.query('SELECT seq, text FROM room_change WHERE room_id = $1 ORDER BY seq', [roomId]);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  return rows.map(({ text }) => text);
}

it('messages that come together are few transactions, in the order in which they came, each with its event', async () => {
  const [mina, jun] = [randomUUID(), randomUUID()];
  const roomId = await room(mina, jun);
  const said = Array.from({ length: 50 }, (_, index) => ({ sender: index % 2 === 0 ? mina : jun, text: `message ${index}` }));
  const sent = await Promise.all(said.map(({ sender, text }) => nodes[0].send(sender, { roomId, clientMessageId: text, text })));
  expect(sent.map(({ seq }) => seq)).toEqual(said.map((_, index) => index + 1));
  expect(await textsOf(roomId)).toEqual(said.map(({ text }) => text));
  const events = await database.getRepository(OutboxRow).find({ where: { aggregateId: roomId }, order: { aggregateVersion: 'ASC' } });
  expect(events.map(({ payload }) => payload)).toEqual(said.map(({ sender, text }, index) => ({ roomId, seq: index + 1, messageId: sent[index]?.id, senderId: sender, text })));
  // The first alone, the others together.
  const transactions: { count: number }[] = await database.query('SELECT count(DISTINCT xmin::text)::int AS count FROM room_change WHERE room_id = $1', [roomId]);
  expect(transactions).toEqual([{ count: 2 }]);
});

it('the same message at once, at one node and at two, is one, and answered with the same', async () => {
  const mina = randomUUID();
  const roomId = await room(mina);
  for (let round = 0; round < 20; round += 1) {
    const clientMessageId = `once-${round}`;
    const sends = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? nodes[0] : nodes[1]).send(mina, { roomId, clientMessageId, text: `first ${index % 2}` }));
    expect(new Set((await Promise.all(sends)).map(({ id, seq }) => `${id} ${seq}`)).size).toBe(1);
  }
  expect(await textsOf(roomId)).toHaveLength(20);
});

it('who may not speak is refused alone, and what cannot be stored is refused alone', async () => {
  const [mina, stranger, gone] = [randomUUID(), randomUUID(), randomUUID()];
  const roomId = await room(mina, gone);
  await database.query('UPDATE member SET withdrawn_at = now() WHERE id = $1', [gone]);
  const say = (sender: string, text: string, to = roomId): Promise<unknown> => nodes[0].send(sender, { roomId: to, clientMessageId: randomUUID(), text });
  const outcomes = await Promise.allSettled([say(mina, 'hello'), say(mina, 'one'), say(stranger, 'let me in'), say(gone, 'still here'), say(mina, 'nul \0'), say(mina, 'two'), say(mina, 'nowhere', randomUUID())]);
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'sent' : String((outcome.reason as { code?: string }).code)))).toEqual([
    'sent', 'sent', 'not-a-member', 'member-withdrawn', '22P05', 'sent', 'room-not-found',
  ]);
  expect(await textsOf(roomId)).toEqual(['hello', 'one', 'two']);
});

it('two nodes that write in the same rooms at once leave no gap and double no number', async () => {
  const members = [randomUUID(), randomUUID(), randomUUID()];
  const rooms = await Promise.all(Array.from({ length: 6 }, () => room(...members)));
  const sends = Array.from({ length: 600 }, (_, index) =>
    nodes[index % 2 === 0 ? 0 : 1].send(members[index % 3] ?? '', { roomId: rooms[(index >> 1) % 6] ?? '', clientMessageId: `${index}`, text: `message ${index}` }),
  );
  const sent = await Promise.all(sends);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(600);
  for (const roomId of rooms) expect(await textsOf(roomId)).toHaveLength(100);
});

it('who withdraws while their message is being written waits for it', async () => {
  const mina = randomUUID();
  const roomId = await room(mina);
  const settled: string[] = [];
  const done: Promise<unknown>[] = [];
  await database.transaction(async (manager) => {
    await manager.query('SELECT FROM room WHERE id = $1 FOR UPDATE', [roomId]);
    done.push(nodes[0].send(mina, { roomId, clientMessageId: randomUUID(), text: 'last' }).then(() => settled.push('sent')));
    await waiting(1);
    done.push(database.query('UPDATE member SET withdrawn_at = now() WHERE id = $1', [mina]).then(() => settled.push('withdrawn')));
    await waiting(2);
    expect(settled).toEqual([]);
  });
  await Promise.all(done);
  expect(await textsOf(roomId)).toEqual(['last']);
});

/** Until so many wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (const giveUpAt = performance.now() + 20_000; performance.now() < giveUpAt; await sleep(20)) {
    const rows: unknown[] = await database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    if (rows.length >= count) return;
  }
  throw new Error(`Fewer than ${count} wait for a lock`);
}

it('a room that somebody holds keeps no other room waiting for long, and is refused until they let it go', async () => {
  const mina = randomUUID();
  const [held, free] = [await room(mina), await room(mina)];
  const say = (roomId: string): Promise<string> =>
    nodes[0].send(mina, { roomId, clientMessageId: randomUUID(), text: 'hello' }).then(
      () => 'sent',
      (error: { driverError?: { code?: string } }) => error.driverError?.code ?? 'another error',
    );
  await database.transaction(async (holder) => {
    await holder.query('SELECT FROM room WHERE id = $1 FOR UPDATE', [held]);
    const startedAt = performance.now();
    expect(await Promise.all([held, free, held, free].map(say))).toEqual(['55P03', 'sent', '55P03', 'sent']);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });
  expect(await say(held)).toBe('sent');
});
