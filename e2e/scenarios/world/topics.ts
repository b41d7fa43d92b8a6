import { type Admin, type Consumer, Kafka, type KafkaMessage, logLevel, type Producer } from 'kafkajs';
import type { Ground } from './ground.ts';

/** A record as a consumer gets it. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly traceId: string | undefined;
}

type Places = ReadonlyMap<string, bigint>;

/** The broker may be down for a moment: longer than KafkaJS waits by itself. */
const RETRY = { retries: 12, initialRetryTime: 200, maxRetryTime: 2_000 };

/** The log between the services. */
export class Topics {
  readonly #kafka: Kafka;
  readonly #consumers: Consumer[] = [];
  #producer: Promise<Producer> | undefined;

  constructor({ kafkaBrokers }: Ground) {
    this.#kafka = new Kafka({ clientId: 'scenario', brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING, retry: RETRY });
  }

  /** Everything from now on, as it comes. Resolves once nothing can be missed. */
  async follow(topic: string, onRecord: (record: TopicRecord) => void): Promise<void> {
    const consumer = this.#newConsumer();
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: false });
    const from = await this.ends([topic]);
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        onRecord(recordOf(topic, partition, message));
        await Promise.resolve();
      },
    });
    await joined;
    // The end is looked up by the first fetch, which may come later than what is said next.
    for (const [place, offset] of from) consumer.seek({ topic, partition: Number(place.slice(topic.length + 1)), offset: String(offset) });
  }

  /** As a producer would that is none of the platform's. @returns where they lie */
  async send(topic: string, messages: readonly { readonly key: string; readonly value: string; readonly headers: Record<string, string> }[]): Promise<void> {
    this.#producer ??= this.#connectProducer();
    await (await this.#producer).send({ topic, messages: [...messages] });
  }

  /** Where the next record of each partition will lie: `<topic>/<partition>`. */
  ends(topics: readonly string[]): Promise<Places> {
    return this.#administer(async (admin) => {
      const places = await Promise.all(topics.map(async (topic) => (await admin.fetchTopicOffsets(topic)).map(({ partition, high }): [string, bigint] => [`${topic}/${partition}`, BigInt(high)])));
      return new Map(places.flat());
    });
  }

  /** Where a group goes on; nowhere yet is 0. */
  committed(groupId: string, topics: readonly string[]): Promise<Places> {
    return this.#administer(async (admin) => {
      const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return new Map(committed.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }): [string, bigint] => [`${topic}/${partition}`, BigInt(Math.max(0, Number(offset)))])));
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#consumers.map((consumer) => consumer.disconnect()), this.#producer?.then((producer) => producer.disconnect())]);
  }

  #newConsumer(): Consumer {
    const consumer = this.#kafka.consumer({ groupId: `scenario-${crypto.randomUUID()}`, allowAutoTopicCreation: false });
    this.#consumers.push(consumer);
    return consumer;
  }

  async #connectProducer(): Promise<Producer> {
    const producer = this.#kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }

  async #administer<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

function recordOf(topic: string, partition: number, { key, value, offset, headers = {} }: KafkaMessage): TopicRecord {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, String(content)]));
  return { topic, partition, offset, key: String(key), value: String(value), headers: texts, traceId: texts['traceparent']?.split('-')[1] };
}
