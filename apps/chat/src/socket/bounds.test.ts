import { randomUUID } from 'node:crypto';
import { startInfra } from '../../../../infra/test-infra.ts';
import { ask, fail, say, until } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';
import { cutOffTotal } from '../chat.metrics';
import { MOST_TAIL_BYTES } from '../messages/read-history.service';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts, { events: 'off' });

const LENGTH = 200;

/** As `ws` has it. */
interface Pausable {
  pause(): void;
}

async function fill(roomId: string, senderId: string): Promise<void> {
  await stage.database.query(
    `INSERT INTO room_change (room_id, seq, message_id, change, kind, sender_id, text)
     SELECT $1, seq, gen_random_uuid(), 'posted', 'user', $2, repeat('가', 1200) FROM generate_series(1, $3::int) AS seq`,
    [roomId, senderId, LENGTH],
  );
  await stage.database.query('UPDATE room SET last_seq = $2 WHERE id = $1', [roomId, LENGTH]);
}

async function cutOff(reason: string): Promise<number> {
  return (await cutOffTotal.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

/** Runs `meanwhile` while something is locked. */
async function holding(lock: string, parameters: readonly unknown[], meanwhile: () => Promise<void>): Promise<void> {
  await stage.database.transaction(async (manager) => {
    await manager.query(lock, [...parameters]);
    await meanwhile();
  });
}

it('an answer is bounded in bytes; asked on, all of the room comes', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  await fill(roomId, mina.id);
  const socket = await mina.connect(stage.nodes[0]);
  const seqs: number[] = [];
  for (let tail = await say(socket, 'room:join', { roomId, afterSeq: 0 }); tail.messages.length > 0; tail = await say(socket, 'room:fetch', { roomId, afterSeq: seqs.length })) {
    expect(tail.lastSeq).toBe(LENGTH);
    expect(Buffer.byteLength(JSON.stringify(tail))).toBeLessThan(MOST_TAIL_BYTES + 1_000);
    seqs.push(...tail.messages.map(({ seq }) => seq));
  }
  expect(seqs).toEqual(Array.from({ length: LENGTH }, (_, index) => index + 1));
});

it('whoever asks and does not read is cut off, before they have filled the memory', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  await fill(roomId, mina.id);
  const socket = await mina.connect(stage.nodes[0]);
  const before = await cutOff('slow');
  const { transport } = socket.io.engine as unknown as { transport: { ws: Pausable } };
  transport.ws.pause();
  let asked = 0;
  const isCutOff = await until(async () => {
    if (asked < 200) for (let index = 0; index < 4; index++, asked++) (socket as unknown as { emit(...packet: unknown[]): void }).emit('room:fetch', { roomId, afterSeq: 0 }, () => undefined);
    return (await cutOff('slow')) > before;
  });
  expect(isCutOff).toBe(true);
});

it('what enters and leaves a room comes in the order in which it was said', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  await stage.database.query('INSERT INTO member (id) VALUES ($1)', [jun.id]);
  const socket = await jun.connect(stage.nodes[0]);
  const said: Promise<unknown>[] = [];
  await holding('SELECT FROM member WHERE id = $1 FOR UPDATE', [jun.id], async () => {
    said.push(say(socket, 'room:join', { roomId }), say(socket, 'room:leave', { roomId: roomId.toUpperCase() }));
    for (let index = 0; index < 5; index++) await say(socket, 'presence:beat', {});
  });
  await Promise.all(said);
  expect(await say(socket, 'presence:beat', {})).toEqual({ lastSeqs: {} });
});

it('whoever joins is told of what happens while the room is being read for them', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const [hers, his] = [await mina.connect(stage.nodes[0]), await jun.connect(stage.nodes[0])];
  await say(hers, 'room:join', { roomId });
  await say(hers, 'message:send', { roomId, clientMessageId: randomUUID(), text: 'hello' });
  let heard = 0;
  his.on('typing', () => heard++);
  let joined: Promise<unknown> = Promise.resolve();
  await holding('LOCK TABLE room_change IN ACCESS EXCLUSIVE MODE', [], async () => {
    joined = ask(his, 'room:join', { roomId });
    await until(() => say(hers, 'typing:start', { roomId }).then(() => heard > 0));
  });
  expect(await joined).toMatchObject({ lastSeq: 1, messages: [{ seq: 1 }] });
});

it('a socket follows a hundred rooms, also if it joins them all at once', async () => {
  const mina = await stage.talker();
  const rooms: { id: string }[] = await stage.database.query(`INSERT INTO room (id, kind, name) SELECT gen_random_uuid(), 'group', 'r' FROM generate_series(1, 110) RETURNING id`);
  const socket = await mina.connect(stage.nodes[0]);
  const join = ({ id: roomId }: { id: string }) => say(socket, 'room:join', { roomId }).then(() => 'joined', (error: Error) => error.message.split(': ')[1]);
  for (let from = 0; from < 90; from += 30) await Promise.all(rooms.slice(from, from + 30).map(join));
  const last = await Promise.all(rooms.slice(90).map(join));
  expect([last.filter((each) => each === 'joined').length, last.filter((each) => each === 'too-many-rooms').length]).toEqual([10, 10]);
});

it('of a room that the socket has not joined it is told nothing, and tells nobody', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  expect(await fail(socket, 'presence:list', { roomId })).toMatchObject({ code: 'not-joined' });
  expect(await fail(socket, 'typing:start', { roomId })).toMatchObject({ code: 'not-joined' });
});

it('a connection asks for one socket: whoever asks on after a refusal is cut off', async () => {
  const raw = new WebSocket(`${stage.nodes[0].url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const refusals: unknown[] = [];
  raw.addEventListener('message', ({ data }) => String(data).startsWith('44') && refusals.push(data));
  const closed = new Promise((resolve) => raw.addEventListener('close', resolve));
  await new Promise((resolve) => raw.addEventListener('open', resolve));
  for (let index = 0; index < 25; index++) raw.send('40{"token":7}');
  await closed;
  expect(refusals.length).toBeLessThanOrEqual(1);
});
