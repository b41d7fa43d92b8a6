import { randomUUID } from 'node:crypto';
import { startInfra } from '../../../../infra/test-infra.ts';
import { fail, say, startNode, until } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts, { events: 'off', CHAT_CALLS_PER_10_S: '1000' });

const hello = (roomId: string, text = 'hello') => ({ roomId, clientMessageId: randomUUID(), text });

it.each(['kill', 'pause'] as const)('Valkey away (%s): messages are acknowledged, presence says that it is not known; afterwards clients compare, and find what they have missed', async (how) => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const [here, there] = [await mina.connect(stage.nodes[0]), await jun.connect(stage.nodes[1])];
  await say(here, 'room:join', { roomId });
  await say(there, 'room:join', { roomId });
  const heard: number[] = [];
  there.on('message', ({ seq }) => heard.push(seq));
  let resyncs = 0;
  there.on('resync', () => resyncs++);
  await stage.infra.process('valkey')[how]();
  expect(await say(here, 'message:send', hello(roomId))).toMatchObject({ seq: 1 });
  expect(await fail(here, 'presence:list', { roomId })).toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 });
  expect(await say(here, 'presence:beat', {})).toEqual({ lastSeqs: { [roomId]: 1 } });
  await stage.infra.process('valkey')[how === 'kill' ? 'start' : 'resume']();
  // A frozen one may deliver late what it had taken; a killed one does not.
  if (how === 'kill') await until(() => resyncs > 0);
  const { lastSeqs } = await say(there, 'presence:beat', {});
  expect(lastSeqs).toEqual({ [roomId]: 1 });
  expect((await say(there, 'room:fetch', { roomId, afterSeq: 0 })).messages.map(({ seq }) => seq)).toEqual([1]);
  await until(async () => {
    const { seq } = await say(here, 'message:send', hello(roomId));
    await say(here, 'presence:beat', {}); // a moment for it to cross
    return heard.includes(seq) || heard.length > 0;
  });
  await until(() => say(here, 'presence:list', { roomId }).then(() => true, () => false));
});

it.each(['kill', 'pause'] as const)('PostgreSQL away (%s): each call is answered "unavailable", none hangs; the same message afterwards is one', async (how) => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  await say(socket, 'room:join', { roomId });
  const message = hello(roomId);
  await stage.infra.process('postgres')[how]();
  const refused = await Promise.all([fail(socket, 'message:send', message), fail(socket, 'room:fetch', { roomId, afterSeq: 0 }), fail(socket, 'presence:beat', {})]);
  expect(refused.map(({ code, retryAfterMs }) => ({ code, retryAfterMs }))).toEqual(refused.map(() => ({ code: 'unavailable', retryAfterMs: 1_000 })));
  expect(socket.connected).toBe(true);
  await stage.infra.process('postgres')[how === 'kill' ? 'start' : 'resume']();
  const { seq } = await until(() => say(socket, 'message:send', message).catch(() => ({ seq: 0 })), (sent) => sent.seq > 0);
  expect(seq).toBe(1);
  expect((await say(socket, 'room:fetch', { roomId, afterSeq: 0 })).lastSeq).toBe(1);
});

it('a member’s calls are limited over all nodes together; a refusal says when to come again, and then it goes on', async () => {
  const [one, other] = [await startNode(stage.infra, stage.issuer, { events: 'off', CHAT_CALLS_PER_10_S: '20' }), await startNode(stage.infra, stage.issuer, { events: 'off', CHAT_CALLS_PER_10_S: '20' })];
  try {
    const mina = await stage.talker();
    const sockets = [await mina.connect(one), await mina.connect(other)];
    const answers = await Promise.all(sockets.flatMap((socket) => Array.from({ length: 15 }, () => say(socket, 'presence:beat', {}).then(() => 0, () => 1))));
    expect(answers.reduce((sum, each) => sum + each, 0)).toBe(10);
    const [socket] = sockets;
    if (!socket) throw new Error('No socket');
    const { code, retryAfterMs } = await fail(socket, 'presence:beat', {});
    expect({ code, soon: Number(retryAfterMs) > 0 && Number(retryAfterMs) <= 10_000 }).toEqual({ code: 'rate-limited', soon: true });
    await until(() => say(socket, 'presence:beat', {}).then(() => true, () => false));
  } finally {
    await Promise.all([one.app.close(), other.app.close()]);
  }
});
