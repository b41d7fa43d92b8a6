import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, RecordProducer, type TailedRecord, TopicTail } from '../src/index';
import { eventually } from './kafka-fixture';

let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
}, 120_000);

afterAll(() => infra?.stop());

it('sees what comes from now on, and all of a topic that is made later, and leaves no trace', async () => {
  const kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers, retries: 5 });
  const admin = kafka.admin();
  await admin.connect();
  const producer = new RecordProducer(kafka);
  await admin.createTopics({ topics: [{ topic: 'seen.old', numPartitions: 2 }, { topic: 'unseen', numPartitions: 1 }] });
  const say = (topic: string, value: string): Promise<void> => producer.send([{ topic, key: value, value }]);
  await say('seen.old', 'before');

  const records: TailedRecord[] = [];
  const tail = new TopicTail({ kafka, accepts: (topic) => topic.startsWith('seen.'), onRecords: (found) => void records.push(...found) });
  tail.start();
  await eventually(() => tail.ends().length === 2);
  const sentAt = Date.now();
  await say('seen.old', 'after');
  await say('unseen', 'elsewhere');
  await admin.createTopics({ topics: [{ topic: 'seen.new', numPartitions: 1 }] });
  for (let index = 0; index < 100; index++) await say('seen.new', `new ${index}`);

  await eventually(() => records.length === 101);
  await sleep(600); // for one too many
  const valuesOf = (topic: string): string[] => records.filter((record) => record.topic === topic).map(({ value }) => String(value));
  expect(valuesOf('seen.old')).toEqual(['after']);
  expect(valuesOf('seen.new')).toEqual(Array.from({ length: 100 }, (_, index) => `new ${index}`));
  expect(records[0]?.timestamp).toBeGreaterThanOrEqual(sentAt - 1);
  expect(tail.ends().find(({ topic }) => topic === 'seen.new')?.end).toBe(100n);
  expect((await admin.listGroups()).groups).toEqual([]);

  await tail.close();
  await say('seen.old', 'nobody looks any more');
  await sleep(600);
  expect(records).toHaveLength(101);
  await producer.close();
  await admin.disconnect();
}, 60_000);
