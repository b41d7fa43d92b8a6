import { Kafka, logLevel, type Producer } from 'kafkajs';

const ROUND_TRIP_TOPIC = 'bench.round-trip';

/** Sees records arrive on topics, as a service would: a KafkaJS consumer with small waits. */
export class Arrivals {
  readonly #kafka: Kafka;
  readonly #producer: Producer;
  readonly #waiting = new Map<string, { left: number; readonly seen: (at: number) => void }>();
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor(port: number) {
    this.#kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });
    this.#producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  }

  async start(topics: readonly string[]): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.createTopics({ topics: [{ topic: ROUND_TRIP_TOPIC, numPartitions: 3 }] });
    await admin.disconnect();
    await this.#producer.connect();
    const consumer = this.#kafka.consumer({ groupId: 'bench', maxWaitTimeInMs: 100, sessionTimeout: 30_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics, ROUND_TRIP_TOPIC], fromBeginning: false });
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
    });
    await consumer.run({
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch }) => {
        const at = performance.now();
        this.#count(batch.topic, batch.messages.length, at);
        await Promise.resolve();
      },
    });
    await joined;
    this.#stop = async () => {
      await Promise.all([consumer.disconnect(), this.#producer.disconnect()]);
    };
  }

  /** Resolves with the time (performance.now) at which the `count`-th record from now on arrived on the topic. */
  next(topic: string, count: number, withinMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${topic}: not all of ${count} records within ${withinMs} ms`)), withinMs);
      const seen = (at: number): void => {
        clearTimeout(late);
        resolve(at);
      };
      this.#waiting.set(topic, { left: count, seen });
    });
  }

  /** One record through KafkaJS alone: the floor of every way over this broker. @returns milliseconds */
  async roundTrip(value: string): Promise<number> {
    const arrived = this.next(ROUND_TRIP_TOPIC, 1, 10_000);
    const sentAt = performance.now();
    await this.#producer.send({ topic: ROUND_TRIP_TOPIC, acks: -1, messages: [{ key: crypto.randomUUID(), value }] });
    return (await arrived) - sentAt;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #count(topic: string, records: number, at: number): void {
    const waiting = this.#waiting.get(topic);
    if (!waiting) return;
    waiting.left -= records;
    if (waiting.left > 0) return;
    this.#waiting.delete(topic);
    waiting.seen(at);
  }
}
