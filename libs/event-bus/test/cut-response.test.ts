import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, ensureTopics, RecordConsumer, RecordProducer } from '../src/index';
import { brokerFor, eventually, kafkaThrough } from './kafka-fixture';

const topic = 'cut.v1';
const RECORDS = 200;
/** No other response is as large. */
const LARGE_BYTES = 20_000;

let infra: Infra;
let proxy: Server;
let consumer: RecordConsumer | undefined;
let cuts = 0;

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  proxy = createServer(cutFirstLarge).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(async () => {
  await consumer?.stop();
  proxy?.close();
  await infra?.stop();
});

/** The first large response comes in half; then the connection is reset. */
function cutFirstLarge(client: Socket): void {
  const broker = brokerFor(client, infra.kafka.brokers);
  let answered = 0; // bytes since the last request
  let isCut = false;
  client.on('data', (request) => {
    answered = 0;
    broker.write(request);
  });
  broker.on('data', (answer) => {
    answered += answer.length;
    if (isCut) return;
    isCut = cuts === 0 && answered > LARGE_BYTES;
    if (isCut) cuts += 1;
    client.write(isCut ? answer.subarray(0, LARGE_BYTES - answered) : answer, () => isCut && setTimeout(() => client.resetAndDestroy(), 50));
  });
}

it('half a response, and a connection that is reset, cost a consumer nothing', async () => {
  const direct = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  await ensureTopics(direct, [{ name: topic, partitions: 1 }]);
  const producer = new RecordProducer(direct);
  const sent = Array.from({ length: RECORDS }, (_, i) => `${i}`.padEnd(1_000));
  await producer.send(sent.map((value) => ({ topic, key: 'k', value })));
  await producer.close();

  const kafka = kafkaThrough(proxy, infra.kafka.brokers);
  const seen: string[] = [];
  const onFatal = (error: Error): void => void seen.push(String(error));
  consumer = new RecordConsumer({ kafka, groupId: 'cut', topics: [topic], onFatal, handle: async (records) => void seen.push(...records.map(({ value }) => String(value))) });
  await consumer.start();
  await eventually(() => seen.length >= RECORDS, 15_000);
  expect(cuts).toBe(1);
  expect(seen).toEqual(sent);
}, 40_000);
