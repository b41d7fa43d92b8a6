import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, ensureTopics, RecordProducer } from '../src/index';
import { brokerFor, kafkaThrough, readTopic } from './kafka-fixture';

const PRODUCE = 0;
const topic = 'produced.v1';

let infra: Infra;
let proxy: Server;
/** The next produce request reaches the broker, and its answer is lost. */
let loseNextAnswer = false;

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  await ensureTopics(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }), [{ name: topic, partitions: 1 }]);
  proxy = createServer(pass).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(async () => {
  proxy?.close();
  await infra?.stop();
});

function pass(client: Socket): void {
  const broker = brokerFor(client, infra.kafka.brokers);
  let lost = false;
  client.on('data', (request: Buffer) => {
    broker.write(request);
    if (!loseNextAnswer || request.readInt16BE(4) !== PRODUCE) return;
    loseNextAnswer = false;
    lost = true;
    setTimeout(() => client.destroy(), 50);
  });
  broker.on('data', (answer) => {
    if (!lost) client.write(answer);
  });
}

const producerThroughProxy = (): RecordProducer => new RecordProducer(kafkaThrough(proxy, infra.kafka.brokers));

it('writes each acknowledged record once, in order, though answers are lost while others wait', async () => {
  const producer = producerThroughProxy();
  await producer.send([{ topic, key: 'k', value: 'first' }]);
  const sent = ['first'];
  for (let round = 0; round < 10; round++) {
    loseNextAnswer = true;
    const values = Array.from({ length: 4 }, (_, i) => `${round}-${i}`);
    await Promise.all(values.map((value) => producer.send([{ topic, key: 'k', value }])));
    expect(loseNextAnswer).toBe(false);
    sent.push(...values);
  }
  await producer.close();
  const records = await readTopic(infra.kafka.brokers, topic, sent.length);
  expect(records.map(({ value }) => value?.toString())).toEqual(sent);
});

it('writes each acknowledged record without a key once, wherever it goes, though answers are lost', async () => {
  const unkeyed = 'unkeyed.v1';
  await ensureTopics(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }), [{ name: unkeyed, partitions: 3 }]);
  const producer = producerThroughProxy();
  const sent: string[] = [];
  for (let round = 0; round < 10; round++) {
    loseNextAnswer = true;
    // Not a multiple of the partitions: taking turns anew, each record would go to another one.
    const values = Array.from({ length: 4 }, (_, i) => `${round}-${i}`);
    await producer.send(values.map((value) => ({ topic: unkeyed, key: null, value })));
    expect(loseNextAnswer).toBe(false);
    sent.push(...values);
  }
  await producer.close();
  const records = await readTopic(infra.kafka.brokers, unkeyed, sent.length);
  expect(records.map(({ value }) => String(value)).toSorted()).toEqual(sent.toSorted());
});

it('goes on with a new connection after a send that failed for good', async () => {
  const producer = new RecordProducer(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
  const tooLarge = { topic, key: 'k', value: 'x'.repeat(2_000_000) };
  await expect(producer.send([tooLarge])).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
  await expect(producer.send([{ topic, key: 'k', value: 'after' }])).resolves.toBeUndefined();
  await producer.close();
});

it('a record that is too large fails by itself, whoever else sends in the same moment', async () => {
  const together = 'together.v1';
  const kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  await ensureTopics(kafka, [{ name: together, partitions: 2 }]);
  const producer = new RecordProducer(kafka);
  const sends = ['first', 'x'.repeat(200_000), 'second'].map((value, index) => producer.send([{ topic: together, key: `k${index}`, value }, { topic: together, key: 'k', value: `${index}` }]));
  const tooLarge = producer.send([{ topic: together, key: 'k', value: 'y'.repeat(2_000_000) }]);
  expect((await Promise.allSettled([...sends, tooLarge])).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  await producer.close();
  const records = await readTopic(infra.kafka.brokers, together, 6);
  expect(records.filter(({ key }) => key?.toString() === 'k').map(({ value }) => value?.toString())).toEqual(['0', '1', '2']);
});

it('a send that fails fails by itself, whoever else sends in the same moment', async () => {
  const beside = 'beside.v1';
  const kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  await ensureTopics(kafka, [{ name: beside, partitions: 1 }]);
  const producer = new RecordProducer(kafka);
  const nowhere = producer.send([{ topic: beside, partition: 7, key: 'k', value: 'nowhere' }]);
  const sends = ['first', 'second'].map((value) => producer.send([{ topic: beside, key: 'k', value }]));
  expect((await Promise.allSettled([nowhere, ...sends])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  await producer.close();
  const records = await readTopic(infra.kafka.brokers, beside, 2);
  expect(records.map(({ value }) => value?.toString()).slice(-2)).toEqual(['first', 'second']);
}, 90_000);
