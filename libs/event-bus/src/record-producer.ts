import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import { bounded } from './bounded';
import type { OutgoingRecord } from './kafka-record';
import { partitionLikeJava } from './kafkajs/partitioner';

/** Sends that go together hold no more, far below what brokers take as a batch, even if all of it goes to one partition. */
const MOST_BYTES_TOGETHER = 256 * 1024;

interface Send {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * An idempotent producer: what {@link send} resolves is on all in-sync replicas (`acks=all`), in the given order a key.
 *
 * Sends take turns, and those that wait for theirs go together. KafkaJS gives a failed request's sequence numbers back before it repeats it; a request that came in
 * between would be taken for its duplicate and be acknowledged without being written.
 */
export class RecordProducer {
  private producer: Promise<Producer> | undefined;
  private waiting: Send[] = [];
  private sending = false;

  constructor(private readonly kafka: Kafka) {}

  async connect(): Promise<void> {
    await this.connected();
  }

  /**
   * Resolves when the broker has acknowledged every record. A rejection means *unknown*: some records may have been
   * written; send all of them again, in the same order, before any later one. What has no key may go to another partition then.
   */
  send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, bytes, resolve, reject });
      if (!this.sending) void this.sendAll();
    });
  }

  async close(): Promise<void> {
    if (this.producer) await this.discard(this.producer);
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    await othersTurn(); // what is sent in one moment goes together
    for (let together = this.next(); together.length > 0; together = this.next()) await this.sendTogether(together);
    this.sending = false;
  }

  private next(): readonly Send[] {
    let bytes = 0;
    const end = this.waiting.findIndex((send, index) => (bytes += send.bytes) > MOST_BYTES_TOGETHER && index > 0);
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  private async sendTogether(sends: readonly Send[]): Promise<void> {
    try {
      await this.sendNow(sends.flatMap(({ records }) => records));
      for (const { resolve } of sends) resolve();
    } catch (error) {
      // One may be to blame, and the others need not share its fate: tried again by all in the same moment, it would be theirs each time.
      if (sends.length > 1) for (const send of sends) await this.sendTogether([send]);
      else for (const { reject } of sends) reject(error);
    }
  }

  private async sendNow(records: readonly OutgoingRecord[]): Promise<void> {
    const connection = this.connected();
    try {
      await (await connection).sendBatch({ acks: -1, topicMessages: byTopic(records) });
    } catch (error) {
      // The producer's sequence numbers are in doubt: the next attempt gets a new producer id.
      await this.discard(connection);
      throw error;
    }
  }

  private connected(): Promise<Producer> {
    return (this.producer ??= this.open());
  }

  private async open(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: partitionLikeJava,
      // An idempotent KafkaJS producer otherwise starts its retries at 300 ms (kafkajs#304).
      retry: { initialRetryTime: 20, maxRetryTime: 500, retries: 40 },
    });
    await producer.connect();
    return producer;
  }

  private async discard(connection: Promise<Producer>): Promise<void> {
    if (this.producer === connection) this.producer = undefined;
    await bounded(connection.then((producer) => producer.disconnect()));
  }
}

/** Messages that are the producer's own: the partitioner writes into them. */
function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, partition, key, value, headers } of records) {
    let entry = topics.get(topic);
    if (!entry) topics.set(topic, (entry = { topic, messages: [] }));
    const place = partition === undefined ? {} : { partition };
    entry.messages.push(headers ? { ...place, key, value, headers } : { ...place, key, value });
  }
  return [...topics.values()];
}
