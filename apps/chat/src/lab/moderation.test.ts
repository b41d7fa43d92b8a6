import { cloudEventHeaders, createKafka, ensureTopics, RecordProducer } from '@madang/event-bus';
import { chatCommands, systemMessageRequested } from '@madang/events';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInfra } from '../../../../infra/test-infra.ts';
import { ABSENT, GUARDED, LAB, lookAtLab, lookForLab, tell, turn } from '../../../../libs/lab/testing/lab-endpoints';
import { say, startNode, until } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';

const NUMBER = 'call me on 010-1234-5678';

const stage = setChatStage(() => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } }), LAB);

afterEach(async () => {
  for (const { app } of stage.nodes) await turn(app, 'moderation', 'behind-the-log');
});

async function inChat(): Promise<void> {
  for (const { app } of stage.nodes) await turn(app, 'moderation', 'in-chat');
}

/** Somebody who says a telephone number, and what the room is told. */
async function room() {
  const mina = await stage.talker();
  const roomId = await mina.openRoom(stage.nodes[0]);
  const sockets = [await mina.connect(stage.nodes[0]), await mina.connect(stage.nodes[1])] as const;
  for (const socket of sockets) await say(socket, 'room:join', { roomId });
  const clientMessageId = randomUUID();
  const warnings = (): Promise<{ id: string; trigger: string; event: string | null }[]> =>
    stage.database.query(
      `SELECT c.message_id AS id, c.trigger_message_id AS trigger, o.type AS event FROM room_change c
       LEFT JOIN outbox o ON o.aggregateid = c.room_id::text AND o.aggregateversion = c.seq WHERE c.room_id = $1 AND c.kind = 'system' ORDER BY c.seq`,
      [roomId],
    );
  return { roomId, warnings, send: (node: 0 | 1, text = NUMBER) => say(sockets[node], 'message:send', { roomId, clientMessageId, text }) };
}

/** As the moderator asks. */
async function request(roomId: string, triggerMessageId: string): Promise<void> {
  const payload = { roomId, messageId: randomUUID(), triggerMessageId, ruleId: 'phone-number', ruleVersion: 1, text: 'Stay in the chat.' };
  const event = { id: randomUUID(), type: systemMessageRequested.type, schemaVersion: 1, source: '/moderator', aggregateId: roomId, aggregateVersion: 1, time: new Date().toISOString() };
  const kafka = createKafka({ clientId: 'test', brokers: stage.infra.kafka.brokers });
  await ensureTopics(kafka, [chatCommands]);
  const producer = new RecordProducer(kafka);
  await producer.send([{ topic: chatCommands.name, key: roomId, value: JSON.stringify(payload), headers: cloudEventHeaders(event) }]);
  await producer.close();
}

it('the lab is there in the sandbox alone, for the admin alone, and in no document', async () => {
  expect(await lookAtLab(stage.nodes[0].app, 'moderation')).toEqual({ ...GUARDED, state: { switches: { moderation: 'behind-the-log' }, faults: { 'die-after-answer': 0 } } });
  const plain = await startNode(stage.infra, stage.issuer, { ADMIN_TOKEN: LAB.ADMIN_TOKEN, events: 'off' });
  expect(await lookForLab(plain.app)).toEqual(ABSENT);
  await plain.app.close();
});

it('behind the log: the chat looks for nothing itself, and says what the moderator asks for, once', async () => {
  const { roomId, warnings, send } = await room();
  const { id } = await send(0);
  await send(1); // the same message again, at another node
  await sleep(300);
  expect(await warnings()).toEqual([]);
  await request(roomId, id);
  await until(warnings, ({ length }) => length === 1);
  expect(await warnings()).toEqual([{ id: expect.any(String), trigger: id, event: 'chat.system-message-posted' }]);
});

it('in the chat: a message that is sent again is warned of twice, nobody else hears of it, and the moderator asks in vain', async () => {
  await inChat();
  const { roomId, warnings, send } = await room();
  const { id } = await send(0);
  expect(await send(1)).toMatchObject({ id });
  await until(warnings, ({ length }) => length === 2);
  await request(roomId, id);
  await sleep(1_000);
  const found = await warnings();
  expect(found.map(({ trigger, event }) => ({ trigger, event }))).toEqual([{ trigger: id, event: null }, { trigger: id, event: null }]);
  expect(new Set(found.map((each) => each.id)).size).toBe(2);
});

it('in the chat: what is innocent is not warned of', async () => {
  await inChat();
  const { warnings, send } = await room();
  await send(0, 'see you on Saturday');
  await sleep(300);
  expect(await warnings()).toEqual([]);
});

it('in the chat: who dies after the answer has forgotten the warning', async () => {
  await inChat();
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true); // a test cannot bear the real one
  await tell(stage.nodes[0].app, 'die-after-answer', 1);
  const { warnings, send } = await room();
  await send(0);
  await until(() => kill.mock.calls.length > 0);
  const calls = [...kill.mock.calls];
  kill.mockRestore();
  await tell(stage.nodes[0].app, 'die-after-answer', 0);
  await sleep(300);
  expect(calls).toEqual([[process.pid, 'SIGKILL']]);
  expect(await warnings()).toEqual([]);
});
