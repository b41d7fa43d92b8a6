import type { Kafka } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, DeadLetterDesk, DeadLetters, deadLetterTopic, ensureTopics, type KafkaRecord, PoisonRecordError, RecordProducer } from '../src/index';
import { readTopic } from './kafka-fixture';

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let desk: DeadLetterDesk;
const never = new AbortController().signal;

beforeAll(async () => {
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

it('probe', async () => {
  const topic = 'probe.v1';
  await ensureTopics(kafka, [{ name: topic, partitions: 3 }, deadLetterTopic(topic, 'g')]);
  const letters = new DeadLetters(producer, 'g');
  const record: KafkaRecord = { topic, partition: 2, offset: '5', key: Buffer.from('k'), value: Buffer.from('not json'), headers: { a: Buffer.from('b') } };
  await letters.add(record, new PoisonRecordError('not-json', 'nope'), never);
  await letters.add(record, new PoisonRecordError('not-json', 'nope'), never);
  for (let i = 0; i < 3; i++) {
    const t = performance.now();
    console.log(JSON.stringify(await desk.list({ state: 'open', limit: 10 })), performance.now() - t);
  }
  console.log(JSON.stringify(await desk.inspect('probe.v1:2:5:g'), null, 1));
  let t = performance.now();
  console.log(JSON.stringify(await desk.replay('probe.v1:2:5:g', 'me'), null, 1), performance.now() - t);
  const [back] = await readTopic(infra.kafka.brokers, topic, 1);
  console.log(back?.partition, Object.entries(back?.headers ?? {}).map(([k, v]) => `${k}=${String(v)}`));
  console.log(JSON.stringify(await desk.auditTrail(10), null, 1));
});
