import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, DeadLetterDesk, deadLetterTopic, ensureTopics, RecordProducer } from '../src/index';
import { deadRecord } from './letter-fixture';

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let desk: DeadLetterDesk;

beforeAll(async () => {
  Logger.overrideLogger(false); // that letters are gone is an error in the log, and meant here
  infra = await startInfra({ kafka: true });
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  producer = new RecordProducer(kafka);
  desk = new DeadLetterDesk({ kafka, producer });
});

afterAll(async () => {
  await desk?.close();
  await producer?.close();
  await infra?.stop();
});

const topic = 'orders.v1';
const dlq = deadLetterTopic(topic, 'shop');

async function deadLetters(...offsets: number[]): Promise<void> {
  await ensureTopics(kafka, [{ name: topic, partitions: 1 }, dlq]);
  await producer.send(offsets.map((offset) => deadRecord({ topic, offset })));
}

async function deleteTopic(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [dlq.name] });
  while ((await admin.listTopics()).includes(dlq.name)) await sleep(50);
  await admin.disconnect();
}

const openOffsets = async (of: DeadLetterDesk): Promise<string[]> => (await of.list({ state: 'open', limit: 10 })).map(({ letter }) => letter.offset);

it('a settled letter is no open one when its topic is there again, for the desk that saw it go nor for one that did not', async () => {
  await deadLetters(1, 2);
  await desk.discard(`${topic}:0:1:shop`, 'a', 'not needed');
  await deleteTopic();
  expect(await openOffsets(desk)).toEqual([]);
  const late = new DeadLetterDesk({ kafka, producer }); // passes the entry over, since there is no such topic
  expect(await openOffsets(late)).toEqual([]);
  await deadLetters(1, 2);
  expect(await openOffsets(desk)).toEqual(['2']);
  expect(await openOffsets(late)).toEqual(['2']);
  expect((await late.inspect(`${topic}:0:1:shop`)).audit).toMatchObject([{ action: 'discarded', reason: 'not needed' }]);
  await late.close();
});
