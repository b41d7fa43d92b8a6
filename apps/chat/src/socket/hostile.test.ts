import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { startInfra } from '../../../../infra/test-infra.ts';
import { fail, say, startNode, type TestSocket, until } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';
import { callSchemas } from './protocol.schemas';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts, { events: 'off', CHAT_CALLS_PER_10_S: '1000000', CHAT_MOST_SOCKETS_A_MEMBER: '3' });

const RUNS = 10_000;
const AT_ONCE = 25;
const EVENTS = Object.keys(callSchemas);

interface Untyped {
  emit(event: unknown, ...args: unknown[]): void;
}

/** A packet as no client of ours would send it: the right shape with something wrong, or no shape at all. */
const hostile = (roomId: string) => {
  const anything = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant(Buffer.from('bytes')), fc.bigInt().map(Number), fc.constant('x'.repeat(5_000)), fc.constant('\0'), fc.constant('\ud800'));
  const field = fc.constantFrom('roomId', 'afterSeq', 'seq', 'text', 'clientMessageId', 'messageId', '__proto__', 'constructor', 'toString', 'extra');
  const nearly = fc.dictionary(field, fc.oneof(anything, fc.constant(roomId), fc.constant(randomUUID()))).map((wrong) => Object.assign({ roomId }, wrong));
  const event = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...EVENTS) }, { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'message', 'join'), fc.integer()) });
  const args = fc.oneof({ weight: 4, arbitrary: fc.tuple(fc.oneof(nearly, anything)) }, { weight: 1, arbitrary: fc.array(anything, { maxLength: 4 }) });
  return fc.record({ event, args, asks: fc.integer({ min: 1, max: 100 }).map((die) => die > 1) });
};

type Fate = 'answered' | 'refused' | 'disconnected';

/** What becomes of a packet that is sent over a socket that is connected. */
function sent(socket: TestSocket, { event, args, asks }: { event: unknown; args: readonly unknown[]; asks: boolean }): Promise<Fate> {
  return new Promise<Fate>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`neither answered nor disconnected: ${JSON.stringify([event, args])}`)), 30_000);
    const gone = (): void => done('disconnected');
    // The first one counts: a promise is settled once.
    const done = (fate: Fate): void => {
      clearTimeout(late);
      socket.off('disconnect', gone);
      resolve(fate);
    };
    socket.on('disconnect', gone);
    const answer = (told: object): void => done('error' in told ? 'refused' : 'answered');
    try {
      (socket as unknown as Untyped).emit(event, ...args, ...(asks ? [answer] : []));
    } catch {
      done('refused'); // the client's own library would not send it
    }
    if (!asks && event === 'typing:start') done('answered'); // the only one that may be said without asking
  });
}

it('10,000 mutated packets: each is answered or ends its connection, and the node goes on', async () => {
  const seed = Number(process.env['MADANG_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`hostile packets, seed ${seed}\n`);
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const packets = fc.sample(hostile(roomId), { seed, numRuns: RUNS });
  const outcomes: Record<Fate, number> = { answered: 0, refused: 0, disconnected: 0 };
  // Whoever asks for no answer is sent away: alone, or those beside them would not be answered either.
  const [asking, others] = [packets.filter(({ asks }) => asks), packets.filter(({ asks }) => !asks)];
  const batches = [...Array.from({ length: Math.ceil(asking.length / AT_ONCE) }, (_, index) => asking.slice(index * AT_ONCE, (index + 1) * AT_ONCE)), ...others.map((each) => [each])];
  let socket = await mina.connect(stage.nodes[0]);
  for (const batch of batches) {
    if (!socket.connected) socket = await until(() => mina.connect(stage.nodes[0]).catch(() => undefined), (next) => next !== undefined).then((next) => next ?? socket);
    const asked = socket;
    for (const fate of await Promise.all(batch.map((packet) => sent(asked, packet)))) outcomes[fate] += 1;
  }
  process.stdout.write(`hostile packets: ${JSON.stringify(outcomes)}\n`);
  expect(outcomes.answered + outcomes.refused + outcomes.disconnected).toBe(RUNS);
  expect(outcomes.answered + outcomes.refused).toBeGreaterThan(0.9 * RUNS);
  expect(outcomes.answered).toBeGreaterThan(0);
  const other = await (await stage.talker()).connect(stage.nodes[0]);
  expect(await say(other, 'room:join', { roomId })).toMatchObject({ lastSeq: expect.any(Number) });
}, 300_000);

it('what is too large, or no socket.io at all, ends the connection; the next one is served', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  void say(socket, 'message:send', { roomId, clientMessageId: 'large', text: 'x'.repeat(100_000) }).catch(() => undefined);
  await until(() => !socket.connected);
  for (const packet of ['4', '42', '42{', '451-["x"]', '4999999999-[]', '42["__proto__"]', '\u0000', '42["connect",{}]', `42${'['.repeat(8_000)}`]) {
    const raw = new WebSocket(`${stage.nodes[0].url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const closed = new Promise<void>((resolve) => raw.addEventListener('close', () => resolve()));
    await new Promise<void>((resolve) => raw.addEventListener('message', () => resolve(), { once: true }));
    raw.send(packet);
    raw.send('40{"token":7}');
    raw.send(packet);
    setTimeout(() => raw.close(), 500);
    await closed;
  }
  expect(await say(await mina.connect(stage.nodes[0]), 'room:join', { roomId })).toMatchObject({ lastSeq: 0 });
});

describe('a handshake is refused', () => {
  it.each([
    ['without a token', {}],
    ['with a token that is none', { token: 'nonsense' }],
    ['with a token of another type', { token: { sub: 'x' } }],
  ])('%s', async (_, auth) => {
    const mina = await stage.talker();
    await expect(mina.connect(stage.nodes[0], { auth })).rejects.toMatchObject({ data: { code: 'unauthorized' } });
  });

  it('from a page of elsewhere; pages of this machine are welcome', async () => {
    const mina = await stage.talker();
    const from = (origin: string): Promise<TestSocket> => mina.connect(stage.nodes[0], { extraHeaders: { origin } });
    await expect(from('https://evil.example')).rejects.toThrow(/error/);
    await expect(from('http://127.0.0.1.evil.example')).rejects.toThrow(/error/);
    expect((await from('http://localhost:8100')).connected).toBe(true);
  });

  it('when the member has as many sockets as a node holds for one, and not by the other node', async () => {
    const mina = await stage.talker();
    for (let index = 0; index < 3; index++) await mina.connect(stage.nodes[0]);
    await expect(mina.connect(stage.nodes[0])).rejects.toMatchObject({ data: { code: 'too-many-sockets' } });
    expect((await mina.connect(stage.nodes[1])).connected).toBe(true);
  });

  it('when the node is full', async () => {
    const node = await startNode(stage.infra, stage.issuer, { events: 'off', CHAT_MOST_SOCKETS: '1' });
    try {
      const [mina, jun] = [await stage.talker(), await stage.talker()];
      await mina.connect(node);
      await expect(jun.connect(node)).rejects.toThrow(/error/);
    } finally {
      await node.app.close();
    }
  });

  it('over anything but a websocket', async () => {
    const polling = io(stage.nodes[0].url, { transports: ['polling'], reconnection: false, forceNew: true });
    await expect(new Promise((resolve, reject) => polling.once('connect', () => resolve(0)).once('connect_error', reject))).rejects.toThrow(/error/);
    polling.disconnect();
  });
});

it('a token that has ended ends its socket, whether it speaks or listens', async () => {
  const mina = await stage.talker();
  const token = await stage.issuer.token(mina.id, 1);
  const socket = await mina.connect(stage.nodes[0], { auth: { token } });
  expect(await until(() => !socket.connected)).toBe(true);
});

it('too many calls at once are refused, the others answered', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  const answers = await Promise.all(Array.from({ length: 200 }, () => say(socket, 'room:fetch', { roomId, afterSeq: 0 }).then(() => 'ok', (error: Error) => error.message)));
  expect(answers.filter((answer) => answer === 'ok').length).toBeGreaterThanOrEqual(32);
  expect(answers.filter((answer) => answer !== 'ok').every((answer) => answer.includes('too-many-calls'))).toBe(true);
  expect(await fail(socket, 'room:fetch', { roomId: randomUUID(), afterSeq: 0 })).toMatchObject({ code: 'room-not-found' });
});
