import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createKafka, ensureTopics, type KafkaRecord, RecordConsumer, type RecordConsumerOptions, RecordProducer } from '../src/index';
import { eventually } from './kafka-fixture';

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
const started: RecordConsumer[] = [];

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  producer = new RecordProducer(kafka);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(started.splice(0).map((consumer) => consumer.stop()));
});

afterAll(async () => {
  await producer?.close();
  await infra?.stop();
});

async function topicOf(name: string, partitions = 1): Promise<string> {
  await ensureTopics(kafka, [{ name, partitions }]);
  return name;
}

async function consume(topic: string, options: Pick<RecordConsumerOptions, 'handle'> & Partial<RecordConsumerOptions>): Promise<RecordConsumer> {
  const onFatal = (error: Error): void => {
    throw error;
  };
  const consumer = new RecordConsumer({ kafka, groupId: `${topic}-group`, topics: [topic], onFatal, ...options });
  started.push(consumer);
  await consumer.start();
  return consumer;
}

const send = (topic: string, ...values: string[]): Promise<void> =>
  producer.send(values.map((value) => ({ topic, key: 'k', value })));

const textsOf = (records: readonly KafkaRecord[]): string[] => records.map(({ value }) => String(value));

describe('a consumer', () => {
  it('gets a batch again that was not handled, and loses none of it', async () => {
    const topic = await topicOf('rejected.v1');
    const seen: string[] = [];
    let failures = 2;
    await consume(topic, {
      handle: async (records) => {
        if (failures-- > 0) throw new Error('not now');
        seen.push(...textsOf(records));
      },
    });
    await send(topic, '1', '2', '3');
    await eventually(() => seen.length >= 3);
    expect(seen).toEqual(['1', '2', '3']);
  });

  describe('where KafkaJS gives up', () => {
    type Cluster = { prototype: Record<'findGroupCoordinatorMetadata', () => Promise<unknown>> };
    const askForCoordinator = () => jest.spyOn(jest.requireActual<Cluster>('kafkajs/src/cluster').prototype, 'findGroupCoordinatorMetadata');
    const error = (name: string, message: string): Error => Object.assign(new Error(message), { name, ...(name === 'Error' ? {} : { retriable: false }) });

    it.each([
      ['KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator', 'it starts'],
      ['KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator', 'it is a member'],
      ['Error', 'Broker not connected', 'it starts'],
      ['KafkaJSNumberOfRetriesExceeded', 'Closed connection', 'it starts'],
    ])('since the broker is away (%s: %s) goes on: as %s', async (name, message, moment) => {
      const topic = await topicOf(`${name}-${moment.replaceAll(' ', '-')}.v1`);
      const asked = askForCoordinator();
      const seen: string[] = [];
      if (moment === 'it starts') asked.mockRejectedValueOnce(error(name, message));
      const consumer = await consume(topic, { handle: async (records) => void seen.push(...textsOf(records)) });
      if (moment === 'it is a member') {
        await eventuallyReady(consumer);
        asked.mockClear().mockRejectedValueOnce(error(name, message));
        spyOnBroker('heartbeat').mockRejectedValueOnce(refusal('NOT_COORDINATOR_FOR_GROUP'));
      }
      await eventually(() => asked.mock.calls.length > 1);
      await send(topic, '1');
      await eventually(() => seen.length > 0);
      expect(seen).toEqual(['1']);
    }, 30_000);

    it('for another reason says so, once, and does not go on', async () => {
      const topic = await topicOf('refused.v1');
      const asked = askForCoordinator().mockRejectedValueOnce(error('KafkaJSSASLAuthenticationError', 'refused'));
      const fatal: string[] = [];
      await consume(topic, { handle: async () => {}, onFatal: ({ message }) => void fatal.push(message) });
      await sleep(1_500);
      expect(fatal).toEqual(['refused']);
      expect(asked).toHaveBeenCalledTimes(1);
    });

    it('runs no more once it is stopped, though it was about to', async () => {
      const topic = await topicOf('stopped.v1');
      const asked = askForCoordinator().mockRejectedValue(error('KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator'));
      const consumer = await consume(topic, { handle: async () => {} });
      await eventually(() => asked.mock.calls.length > 1);
      await consumer.stop();
      asked.mockClear();
      await sleep(1_500);
      expect(asked).not.toHaveBeenCalled();
    });
  });

  it('goes on as ever when the clock is set back while it handles a record', async () => {
    const topic = await topicOf('clock.v1');
    const seen: string[] = [];
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now');
    await consume(topic, {
      handle: async (records) => {
        seen.push(...textsOf(records));
        clock.mockImplementation(() => now() - 3_600_000);
      },
    });
    await send(topic, '1');
    for (let waited = 0; seen.length < 1 && waited < 10_000; waited += 50) await sleep(50);
    await send(topic, '2');
    for (let waited = 0; seen.length < 2 && waited < 5_000; waited += 50) await sleep(50);
    expect(seen).toEqual(['1', '2']);
  }, 30_000);

  it('keeps its partition while one effect takes longer than the session', async () => {
    const topic = await topicOf('slow.v1');
    const begun: string[] = [];
    const ended: string[] = [];
    const handle = async (records: readonly KafkaRecord[]): Promise<void> => {
      begun.push(...textsOf(records));
      await sleep(4_500);
      ended.push(...textsOf(records));
    };
    await consume(topic, { handle });
    await send(topic, 'slow');
    await eventually(() => ended.length > 0);
    expect([begun, ended]).toEqual([['slow'], ['slow']]);
  }, 30_000);

  it('is told to give up when its partition goes to a new member, which gets what was not finished', async () => {
    const topic = await topicOf('rebalanced.v1', 2);
    const finished: string[] = [];
    let gaveUp = false;
    await consume(topic, {
      handle: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            gaveUp = true;
            reject(signal.reason);
          });
        }),
    });
    await producer.send(Array.from({ length: 20 }, (_, i) => ({ topic, key: `k${i}`, value: String(i) })));
    await sleep(500);
    await consume(topic, { handle: async (records) => void finished.push(...textsOf(records)) });
    await eventually(() => gaveUp);
    await started[0]?.stop();
    await eventually(() => new Set(finished).size >= 20, 20_000);
    expect(new Set(finished)).toEqual(new Set(Array.from({ length: 20 }, (_, i) => String(i))));
  }, 45_000);

  it('leaves what it had not finished to the next one when it stops, and nothing else', async () => {
    const topic = await topicOf('handover.v1');
    const seen: string[] = [];
    const first = await consume(topic, {
      handle: async (records, signal) => {
        if (textsOf(records).includes('unfinished')) {
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        }
        seen.push(...textsOf(records));
      },
    });
    await send(topic, 'finished');
    await eventually(() => seen.includes('finished'));
    await send(topic, 'unfinished');
    await sleep(200);
    await first.stop();
    expect(seen).toEqual(['finished']);

    await consume(topic, { handle: async (records) => void seen.push(...textsOf(records)) });
    await eventually(() => seen.includes('unfinished'));
    expect(seen).toEqual(['finished', 'unfinished']);
  });

  it('halts instead of skipping records that were deleted before it read them', async () => {
    const topic = await topicOf('deleted.v1');
    const seen: string[] = [];
    const handle = async (records: readonly KafkaRecord[]): Promise<void> => void seen.push(...textsOf(records));
    const first = await consume(topic, { handle });
    await send(topic, '1');
    await eventually(() => seen.length === 1);
    await first.stop();

    await send(topic, '2', '3', '4');
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic); // loads the metadata that the next call needs
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    await admin.disconnect();
    const fatal: Error[] = [];
    await consume(topic, { handle, onFatal: (error) => void fatal.push(error) });
    await eventually(() => fatal.length > 0);
    expect(fatal[0]).toMatchObject({ code: 'RECORDS_LOST' });
    expect(fatal[0]?.message).toContain('deleted.v1[0] is gone; the oldest one left is @3');
    expect(seen).toEqual(['1']);
  });

  it('is ready only while it has its partitions and the broker answers', async () => {
    const topic = await topicOf('ready.v1');
    const consumer = new RecordConsumer({ kafka, groupId: 'ready', topics: [topic], handle: async () => {}, onFatal: () => {} });
    await expect(consumer.assertReady()).rejects.toThrow('Not in the consumer group');
    started.push(consumer);
    await consumer.start();
    await expect(eventuallyReady(consumer)).resolves.toBeUndefined();
    await infra.process('kafka').pause();
    await sleep(6_500);
    await expect(consumer.assertReady()).rejects.toThrow('The broker has not answered');
    const said = jest.spyOn(Logger.prototype, 'warn');
    await infra.process('kafka').resume();
    await expect(eventuallyReady(consumer)).resolves.toBeUndefined();
    expect(String(said.mock.calls)).not.toContain('joining anew'); // what was fetched before says nothing of its membership
  }, 60_000);

  it.each([
    ['it is no member any more, and its next join has failed', ['UNKNOWN_MEMBER_ID']],
    ['its coordinator has moved, and forgotten it', ['NOT_COORDINATOR_FOR_GROUP', 'UNKNOWN_MEMBER_ID']],
  ])('joins anew where KafkaJS would read on as nobody: %s', async (_reason, refusals) => {
    const topic = await topicOf(`nobody-${refusals.length}.v1`);
    const seen: string[] = [];
    const consumer = await consume(topic, { handle: async (records) => void seen.push(...textsOf(records)) });
    await eventuallyReady(consumer);
    const [beaten, joined] = [spyOnBroker('heartbeat'), spyOnBroker('joinGroup')];
    for (const type of refusals) {
      beaten.mockRejectedValueOnce(refusal(type));
      joined.mockRejectedValueOnce(refusal('GROUP_LOAD_IN_PROGRESS'));
    }
    await eventually(() => joined.mock.calls.length > refusals.length);
    await expect(eventuallyReady(consumer)).resolves.toBeUndefined();
    await send(topic, '1');
    await eventually(() => seen.length > 0);
    expect(seen).toEqual(['1']);
  }, 60_000);

  it('leaves its group when it is stopped while it joins', async () => {
    const topic = await topicOf('joining.v1');
    const asked = spyOnBroker('joinGroup');
    const consumer = new RecordConsumer({ kafka, groupId: topic, topics: [topic], handle: async () => {}, onFatal: () => {} });
    const starting = consumer.start();
    await eventually(() => asked.mock.calls.length > 0);
    await consumer.stop();
    await starting;
    await sleep(1_000);
    const admin = kafka.admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([topic]);
    await admin.disconnect();
    expect(groups.map(({ members }) => members)).toEqual([[]]);
  }, 30_000);

  it('is ready again when it goes on without joining anew, as KafkaJS does after a coordinator that moved and is loading', async () => {
    const topic = await topicOf('moved.v1');
    const consumer = await consume(topic, { handle: async () => {} });
    await eventuallyReady(consumer);
    spyOnBroker('heartbeat').mockRejectedValueOnce(refusal('NOT_COORDINATOR_FOR_GROUP'));
    const joined = spyOnBroker('joinGroup').mockRejectedValueOnce(refusal('GROUP_LOAD_IN_PROGRESS'));
    await eventually(() => joined.mock.calls.length > 0);
    await expect(eventuallyReady(consumer)).resolves.toBeUndefined();
    expect(joined).toHaveBeenCalledTimes(1);
  }, 60_000);
});

/** What KafkaJS asks a broker. */
function spyOnBroker(call: 'heartbeat' | 'joinGroup') {
  return jest.spyOn(jest.requireActual<{ prototype: Record<typeof call, () => Promise<unknown>> }>('kafkajs/src/broker').prototype, call);
}

/** What the broker says, as KafkaJS throws it. */
function refusal(type: string): Error {
  return Object.assign(new Error(type), { type, retriable: true });
}

async function eventuallyReady(consumer: RecordConsumer): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    if (await consumer.assertReady().then(() => true, () => false)) return;
  }
  await consumer.assertReady();
}
