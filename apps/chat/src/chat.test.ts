import type { RoomChange } from '@madang/chat-client';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { fail, Issuer, migrate, type Node, say, startNode, Talker, until } from '../test/chat-fixture';

let infra: Infra;
let issuer: Issuer;
let database: DataSource;
let nodes: [Node, Node];
const talkers: Talker[] = [];

beforeAll(async () => {
  infra = await startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
  issuer = await Issuer.start();
  database = await migrate(infra);
  nodes = [await startNode(infra, issuer, { events: 'off' }), await startNode(infra, issuer, { events: 'off' })];
});

afterEach(() => {
  for (const each of talkers.splice(0)) each.close();
});

afterAll(async () => {
  await Promise.all((nodes ?? []).map(({ app }) => app.close()));
  await database?.destroy();
  issuer?.stop();
  await infra?.stop();
});

async function talker(): Promise<Talker> {
  const one = await Talker.of(issuer);
  talkers.push(one);
  return one;
}

const hello = (roomId: string, text = 'hello') => ({ roomId, clientMessageId: randomUUID(), text });

it('what is said on one node is acknowledged with its number, and heard on the other', async () => {
  const [mina, jun] = [await talker(), await talker()];
  const roomId = await mina.openRoom(nodes[0]);
  const [here, there] = [await mina.connect(nodes[0]), await jun.connect(nodes[1])];
  const heard: RoomChange[] = [];
  there.on('message', (change) => heard.push(change));
  expect(await say(here, 'room:join', { roomId })).toEqual({ lastSeq: 0, messages: [] });
  await say(there, 'room:join', { roomId });
  const { id, seq } = await say(here, 'message:send', hello(roomId));
  expect(seq).toBe(1);
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ id, roomId, seq: 1, change: 'posted', kind: 'user', senderId: mina.id, text: 'hello', createdAt: expect.any(String) }]);
  expect(await say(there, 'room:fetch', { roomId, afterSeq: 0 })).toEqual({ lastSeq: 1, messages: heard });
  const rows: unknown[] = await database.query(`SELECT type, aggregateversion AS version, payload FROM outbox WHERE aggregateid = $1`, [roomId]);
  expect(rows).toEqual([{ type: 'chat.message-posted', version: 1, payload: { roomId, seq: 1, messageId: id, senderId: mina.id, text: 'hello' } }]);
});

it('a message that is sent again, one after the other or at once over both nodes, is one', async () => {
  const mina = await talker();
  const roomId = await mina.openRoom(nodes[0]);
  const [one, other] = [await mina.connect(nodes[0]), await mina.connect(nodes[1])];
  const message = hello(roomId);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => say(index % 2 === 0 ? one : other, 'message:send', message)));
  expect(new Set(answers.map(({ id, seq }) => `${id} ${seq}`)).size).toBe(1);
});

it('whoever is not a member of a room is told nothing of it, and says nothing in it', async () => {
  const [mina, jun] = [await talker(), await talker()];
  const roomId = await mina.openRoom(nodes[0]);
  const socket = await jun.connect(nodes[0]);
  expect(await fail(socket, 'message:send', hello(roomId))).toMatchObject({ code: 'not-a-member' });
  expect(await fail(socket, 'room:fetch', { roomId, afterSeq: 0 })).toMatchObject({ code: 'not-a-member' });
});
