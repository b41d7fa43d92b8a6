import type { RoomChange } from '@madang/chat-client';
import { randomUUID } from 'node:crypto';
import { startInfra } from '../../../infra/test-infra.ts';
import { fail, say, type TestSocket, until } from '../testing/chat-fixture';
import { setChatStage } from '../testing/chat-stage';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts, { events: 'off' });

const hello = (roomId: string, text = 'hello') => ({ roomId, clientMessageId: randomUUID(), text });

function heardBy(socket: TestSocket): RoomChange[] {
  const heard: RoomChange[] = [];
  socket.on('message', (change) => heard.push(change));
  return heard;
}

it('what is said on one node is acknowledged with its number, and heard on the other', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const [here, there] = [await mina.connect(stage.nodes[0]), await jun.connect(stage.nodes[1])];
  const heard = heardBy(there);
  expect(await say(here, 'room:join', { roomId })).toEqual({ lastSeq: 0, messages: [] });
  await say(there, 'room:join', { roomId });
  const { id, seq } = await say(here, 'message:send', hello(roomId));
  expect(seq).toBe(1);
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ id, roomId, seq: 1, change: 'posted', kind: 'user', senderId: mina.id, text: 'hello', createdAt: expect.any(String) }]);
  expect(await say(there, 'room:fetch', { roomId, afterSeq: 0 })).toEqual({ lastSeq: 1, messages: heard });
  const rows: unknown[] = await stage.database.query(`SELECT type, aggregateversion AS version, payload FROM outbox WHERE aggregateid = $1`, [roomId]);
  expect(rows).toEqual([{ type: 'chat.message-posted', version: 1, payload: { roomId, seq: 1, messageId: id, senderId: mina.id, text: 'hello' } }]);
});

it('a message that is sent again, at once over both nodes, is one', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const [one, other] = [await mina.connect(stage.nodes[0]), await mina.connect(stage.nodes[1])];
  const message = hello(roomId);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => say(index % 2 === 0 ? one : other, 'message:send', message)));
  expect(new Set(answers.map(({ id, seq }) => `${id} ${seq}`)).size).toBe(1);
  expect(await say(one, 'message:send', { ...message, text: 'another text' })).toEqual(answers[0]);
  expect(await say(one, 'room:fetch', { roomId, afterSeq: 0 })).toMatchObject({ lastSeq: 1, messages: [{ text: 'hello' }] });
});

it('many who speak at once over both nodes have one order, without a gap, and each has the number that they were told', async () => {
  const mina = await stage.talker();
  const talkers = [mina, ...(await Promise.all(Array.from({ length: 5 }, () => stage.talker())))];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const sockets = await Promise.all(talkers.map((each, index) => each.connect(stage.nodes[index % 2 === 0 ? 0 : 1])));
  const heard = sockets.map(heardBy);
  await Promise.all(sockets.map((socket) => say(socket, 'room:join', { roomId })));
  const told = await Promise.all(sockets.flatMap((socket) => Array.from({ length: 10 }, (_, index) => say(socket, 'message:send', hello(roomId, String(index))))));
  const { lastSeq, messages } = await say(await mina.connect(stage.nodes[1]), 'room:fetch', { roomId, afterSeq: 0 });
  expect(lastSeq).toBe(60);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(told.map(({ id, seq }) => [seq, id]).toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(messages.map(({ id, seq }) => [seq, id]));
  await until(() => heard.every(({ length }) => length === 60));
  for (const each of heard) expect(each.toSorted((a, b) => a.seq - b.seq)).toEqual(messages);
});

it('whoever comes back gets what came after the number they have, 200 at a time', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  for (let batch = 0; batch < 9; batch++) await Promise.all(Array.from({ length: 25 }, () => say(socket, 'message:send', hello(roomId))));
  const back = await mina.connect(stage.nodes[1]);
  const { lastSeq, messages } = await say(back, 'room:join', { roomId, afterSeq: 3 });
  expect(lastSeq).toBe(225);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 4));
  expect((await say(back, 'room:fetch', { roomId, afterSeq: 203 })).messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, index) => index + 204));
  expect((await say(back, 'room:join', { roomId })).messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 176));
  expect(await say(back, 'presence:beat', {})).toEqual({ lastSeqs: { [roomId]: 225 } });
});

it('pages of the history are ascending, go back to the beginning, and forward from a number', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  for (let index = 0; index < 7; index++) await say(socket, 'message:send', hello(roomId));
  const read = async (query: string): Promise<{ seqs: number[]; lastSeq: unknown; nextCursor: string | null }> => {
    const { body } = await mina.call('GET', `${stage.nodes[1].url}/rooms/${roomId}/messages?limit=3${query}`);
    return { seqs: (body['items'] as RoomChange[]).map(({ seq }) => seq), lastSeq: body['lastSeq'], nextCursor: body['nextCursor'] as string | null };
  };
  const walk = async (query: string): Promise<number[][]> => {
    const { seqs, nextCursor } = await read(query);
    return [seqs, ...(nextCursor === null ? [] : await walk(`&cursor=${nextCursor}`))];
  };
  expect(await walk('')).toEqual([[5, 6, 7], [2, 3, 4], [1]]);
  expect(await walk('&afterSeq=1')).toEqual([[2, 3, 4], [5, 6, 7]]);
  expect(await read('&afterSeq=7')).toEqual({ seqs: [], lastSeq: 7, nextCursor: null });
});

it('edits and deletions of one’s own messages take numbers too; what is deleted has no words left, also in its past', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const [socket, other] = [await mina.connect(stage.nodes[0]), await jun.connect(stage.nodes[1])];
  await say(other, 'room:join', { roomId });
  const heard = heardBy(other);
  const { id: messageId } = await say(socket, 'message:send', hello(roomId, 'secret'));
  expect(await fail(other, 'message:edit', { roomId, messageId, text: 'mine' })).toMatchObject({ code: 'not-your-message' });
  expect(await fail(other, 'message:delete', { roomId, messageId })).toMatchObject({ code: 'not-your-message' });
  expect(await say(socket, 'message:edit', { roomId, messageId, text: 'less secret' })).toEqual({ seq: 2 });
  expect(await say(socket, 'message:edit', { roomId, messageId, text: 'less secret' })).toEqual({ seq: 2 }); // said again
  expect(await say(socket, 'message:delete', { roomId, messageId })).toEqual({ seq: 3 });
  expect(await say(socket, 'message:delete', { roomId, messageId })).toEqual({ seq: 3 });
  expect(await fail(socket, 'message:edit', { roomId, messageId, text: 'back' })).toMatchObject({ code: 'message-not-found' });
  await until(() => heard.length === 3);
  const { messages } = await say(other, 'room:fetch', { roomId, afterSeq: 0 });
  expect(messages.map(({ id, change, text }) => [id === messageId, change, text])).toEqual([[true, 'posted', ''], [true, 'edited', ''], [true, 'deleted', '']]);
  const types: { type: string }[] = await stage.database.query('SELECT type FROM outbox WHERE aggregateid = $1 ORDER BY aggregateversion', [roomId]);
  expect(types.map(({ type }) => type)).toEqual(['chat.message-posted', 'chat.message-edited', 'chat.message-deleted']);
});

it('a direct room is one, whoever of the two opens it, and nobody else’s', async () => {
  const [mina, jun, stranger] = [await stage.talker(), await stage.talker(), await stage.talker()];
  const url = `${stage.nodes[0].url}/rooms/direct`;
  const opened = await Promise.all([mina.call('POST', url, { memberId: jun.id }), jun.call('POST', url, { memberId: mina.id }), mina.call('POST', url, { memberId: jun.id })]);
  expect(opened.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [roomId, ...others] = opened.map(({ body }) => String(body['id']));
  expect(others).toEqual([roomId, roomId]);
  if (roomId === undefined) throw new Error('No room');
  const [hers, theirs] = [await mina.connect(stage.nodes[0]), await stranger.connect(stage.nodes[0])];
  await say(hers, 'room:join', { roomId });
  await say(hers, 'message:send', hello(roomId));
  expect(await fail(theirs, 'room:join', { roomId })).toMatchObject({ code: 'room-not-found' });
  expect(await fail(theirs, 'message:send', hello(roomId))).toMatchObject({ code: 'room-not-found' });
  expect((await stranger.call('GET', `${stage.nodes[0].url}/rooms/${roomId}/messages`)).status).toBe(404);
  const listed = async (who: typeof mina): Promise<boolean> => JSON.stringify((await who.call('GET', `${stage.nodes[0].url}/rooms?limit=100`)).body).includes(roomId);
  expect([await listed(jun), await listed(stranger)]).toEqual([true, false]);
  expect((await mina.call('POST', url, { memberId: mina.id })).status).toBe(400);
});

it('whoever is not a member of a room says nothing in it, and reads nothing', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await jun.connect(stage.nodes[0]);
  expect(await fail(socket, 'message:send', hello(roomId))).toMatchObject({ code: 'not-a-member' });
  expect(await fail(socket, 'room:fetch', { roomId, afterSeq: 0 })).toMatchObject({ code: 'not-a-member' });
  expect(await fail(socket, 'room:join', { roomId: randomUUID() })).toMatchObject({ code: 'room-not-found' });
  expect((await jun.call('GET', `${stage.nodes[0].url}/rooms/${roomId}/members`)).status).toBe(403);
});

it('presence, typing and receipts reach the other node; a receipt never goes back', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const hers = await mina.connect(stage.nodes[0]);
  await say(hers, 'room:join', { roomId });
  const [presence, typing, receipts]: [unknown[], unknown[], unknown[]] = [[], [], []];
  hers.on('presence', (told) => presence.push([told.memberId, told.online]));
  hers.on('typing', ({ memberId }) => typing.push(memberId));
  hers.on('receipt', (told) => receipts.push(told.lastReadSeq));
  const [first, second] = [await jun.connect(stage.nodes[1]), await jun.connect(stage.nodes[0])];
  await say(first, 'room:join', { roomId });
  await until(() => presence.some((each) => JSON.stringify(each) === JSON.stringify([jun.id, true])));
  await say(second, 'room:join', { roomId });
  await say(first, 'typing:start', { roomId });
  await until(() => typing.includes(jun.id));
  for (let index = 0; index < 3; index++) await say(hers, 'message:send', hello(roomId));
  expect(await say(first, 'receipt:read', { roomId, seq: 2 })).toEqual({ lastReadSeq: 2 });
  expect(await say(second, 'receipt:read', { roomId, seq: 1 })).toEqual({ lastReadSeq: 2 });
  expect(await say(second, 'receipt:read', { roomId, seq: 1_000 })).toEqual({ lastReadSeq: 3 });
  await until(() => receipts.length === 2);
  expect(receipts).toEqual([2, 3]);
  expect(new Set((await say(hers, 'presence:list', { roomId })).online)).toEqual(new Set([mina.id, jun.id]));
  first.disconnect();
  await until(async () => (await say(hers, 'presence:list', { roomId })).online.length === 2); // the second is there yet
  expect(presence.filter((each) => JSON.stringify(each) === JSON.stringify([jun.id, false]))).toEqual([]);
  second.disconnect();
  await until(() => presence.some((each) => JSON.stringify(each) === JSON.stringify([jun.id, false])));
  expect((await say(hers, 'presence:list', { roomId })).online).toEqual([mina.id]);
});
