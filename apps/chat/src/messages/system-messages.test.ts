import type { DomainEvent } from '@madang/event-bus';
import { cloudEventHeaders, createKafka, ensureTopics, RecordProducer } from '@madang/event-bus';
import { chatCommands, memberEvents, memberWithdrawn, systemMessageRequested, type SystemMessageRequestedPayload } from '@madang/events';
import { Inbox, Outbox } from '@madang/outbox';
import { randomUUID } from 'node:crypto';
import { startInfra } from '../../../../infra/test-infra.ts';
import { ask, fail, say, until } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';
import { FanOut } from '../socket/fan-out';
import { ImpossibleCommandError, PostSystemMessageService } from './post-system-message.service';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts);

const hello = (roomId: string, text = 'hello') => ({ roomId, clientMessageId: randomUUID(), text });

function command(payload: SystemMessageRequestedPayload): DomainEvent<SystemMessageRequestedPayload> {
  return { id: randomUUID(), type: systemMessageRequested.type, schemaVersion: 1, source: '/moderator', aggregateId: payload.roomId, aggregateVersion: 1, time: new Date().toISOString(), payload };
}

async function publish(topic: string, event: DomainEvent): Promise<void> {
  const kafka = createKafka({ clientId: 'test', brokers: stage.infra.kafka.brokers });
  await ensureTopics(kafka, [chatCommands, memberEvents]);
  const producer = new RecordProducer(kafka);
  await producer.connect();
  await producer.send([{ topic, key: event.aggregateId, value: JSON.stringify(event.payload), headers: cloudEventHeaders(event) }]);
  await producer.close();
}

async function triggered(): Promise<{ roomId: string; payload: SystemMessageRequestedPayload; socket: Awaited<ReturnType<Awaited<ReturnType<typeof stage.talker>>['connect']>> }> {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  await say(socket, 'room:join', { roomId });
  const { id } = await say(socket, 'message:send', hello(roomId));
  return { roomId, socket, payload: { roomId, messageId: randomUUID(), triggerMessageId: id, ruleId: 'phone', ruleVersion: 1, text: 'Stay in the chat.' } };
}

async function systemMessagesOf(roomId: string): Promise<unknown[]> {
  return stage.database.query(
    `SELECT c.seq, c.text, c.trigger_message_id AS trigger, o.type FROM room_change c
     LEFT JOIN outbox o ON o.aggregateid = c.room_id::text AND o.aggregateversion = c.seq WHERE c.room_id = $1 AND c.kind = 'system'`,
    [roomId],
  );
}

it('a command makes one message, with a number and an event, and everybody in the room hears it', async () => {
  const { roomId, payload, socket } = await triggered();
  const heard: unknown[] = [];
  socket.on('message', (change) => heard.push(change));
  await publish(chatCommands.name, command(payload));
  await until(() => heard.length === 1);
  expect(heard).toEqual([
    { id: payload.messageId, roomId, seq: 2, change: 'posted', kind: 'system', text: payload.text, triggerMessageId: payload.triggerMessageId, createdAt: expect.any(String) },
  ]);
  expect(await systemMessagesOf(roomId)).toEqual([{ seq: 2, text: payload.text, trigger: payload.triggerMessageId, type: 'chat.system-message-posted' }]);
});

describe('one message, although the command comes', () => {
  const service = () => new PostSystemMessageService(new Inbox(stage.database, 'chat'), new Outbox(), new FanOut());

  it('twice, at once or later, under one event id or several', async () => {
    const { roomId, payload } = await triggered();
    const same = command(payload);
    const outcomes = await Promise.allSettled([same, same, command(payload), command(payload)].map((each) => service().post(each)));
    for (const each of [same, command(payload)]) expect(await service().post(each)).toBe('duplicate');
    expect(outcomes.some((each) => each.status === 'fulfilled' && each.value === 'applied')).toBe(true);
    expect(await systemMessagesOf(roomId)).toHaveLength(1);
  });

  it('the control: another message id, and there are two', async () => {
    const { roomId, payload } = await triggered();
    await service().post(command(payload));
    await service().post(command({ ...payload, messageId: randomUUID() }));
    expect(await systemMessagesOf(roomId)).toHaveLength(2);
  });

  it('and its event cannot be written the first time', async () => {
    const { roomId, payload } = await triggered();
    const once = command(payload);
    const broken = new PostSystemMessageService(new Inbox(stage.database, 'chat'), { publish: () => Promise.reject(new Error('killed here')) }, new FanOut());
    await expect(broken.post(once)).rejects.toThrow('killed here');
    expect(await systemMessagesOf(roomId)).toEqual([]);
    expect(await service().post(once)).toBe('applied');
    expect(await systemMessagesOf(roomId)).toHaveLength(1);
  });
});

it('what can never be (no such room or message, a system message as trigger) is refused, for the dead letters', async () => {
  const { roomId, payload } = await triggered();
  const service = new PostSystemMessageService(new Inbox(stage.database, 'chat'), new Outbox(), new FanOut());
  await service.post(command(payload));
  for (const wrong of [{ roomId: randomUUID() }, { triggerMessageId: randomUUID() }, { triggerMessageId: payload.messageId }]) {
    await expect(service.post(command({ ...payload, messageId: randomUUID(), ...wrong }))).rejects.toBeInstanceOf(ImpossibleCommandError);
  }
  expect(await systemMessagesOf(roomId)).toHaveLength(1);
});

it('a member who withdraws is disconnected on every node, can do nothing, and shows as a withdrawn author', async () => {
  const [mina, jun] = [await stage.talker(), await stage.talker()];
  const roomId = await mina.openRoom(stage.nodes[0]);
  const sockets = [await mina.connect(stage.nodes[0]), await mina.connect(stage.nodes[1])];
  const other = await jun.connect(stage.nodes[1]);
  await say(other, 'room:join', { roomId });
  for (const socket of sockets) await say(socket, 'message:send', hello(roomId));
  await publish(memberEvents.name, {
    id: randomUUID(), type: memberWithdrawn.type, schemaVersion: 1, source: '/member', aggregateId: mina.id, aggregateVersion: 2, time: new Date().toISOString(), payload: { memberId: mina.id },
  });
  await until(() => sockets.every(({ connected }) => !connected));
  await expect(mina.connect(stage.nodes[0])).rejects.toMatchObject({ data: { code: 'unauthorized' } });
  expect((await mina.call('POST', `${stage.nodes[0].url}/rooms`, { name: 'again' })).status).toBe(401);
  const { messages } = await say(other, 'room:fetch', { roomId, afterSeq: 0 });
  expect(messages.map(({ senderWithdrawn }) => senderWithdrawn)).toEqual([true, true]);
});

it('where the order to disconnect is lost, the next call tells, whichever it is', async () => {
  const calls = [
    ['message:send', (roomId: string) => hello(roomId)],
    ['room:fetch', (roomId: string) => ({ roomId, afterSeq: 0 })],
    ['presence:beat', () => ({})],
    ['receipt:read', (roomId: string) => ({ roomId, seq: 1 })],
    ['typing:start', (roomId: string) => ({ roomId })],
  ] as const;
  for (const [event, input] of calls) {
    const mina = await stage.talker();
    const roomId = await mina.openRoom(stage.nodes[0]);
    const socket = await mina.connect(stage.nodes[0]);
    await say(socket, 'room:join', { roomId });
    await stage.database.query('UPDATE member SET withdrawn_at = now() WHERE id = $1', [mina.id]);
    expect(await fail(socket, event, input(roomId))).toMatchObject({ code: 'unauthorized' });
    await until(() => !socket.connected);
  }
});

it('a withdrawal and a message race: either the message is there before, or it is refused', async () => {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const socket = await mina.connect(stage.nodes[0]);
  await say(socket, 'room:join', { roomId });
  const sends = Array.from({ length: 10 }, () => ask(socket, 'message:send', hello(roomId)).catch(() => undefined));
  const marked = stage.database.query('UPDATE member SET withdrawn_at = clock_timestamp() WHERE id = $1', [mina.id]);
  await Promise.all([...sends, marked]);
  const late: unknown[] = await stage.database.query('SELECT FROM room_change c JOIN member m ON m.id = c.sender_id WHERE c.room_id = $1 AND c.created_at > m.withdrawn_at', [roomId]);
  expect(late).toEqual([]);
});
