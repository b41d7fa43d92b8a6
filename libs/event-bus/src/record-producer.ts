import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import { bounded } from './bounded';
import type { OutgoingRecord } from './kafka-record';
import { partitionLikeJava } from './kafkajs/partitioner';

/**
 * An idempotent producer: what {@link send} resolves is on all in-sync replicas (`acks=all`), in the given order a key.
 *
 * Sends take turns. KafkaJS gives a failed request's sequence numbers back before it repeats it; a request that came in
 * between would be taken for its duplicate and be acknowledged without being written.
 */
export class RecordProducer {
  private producer: Promise<Producer> | undefined;
  /** Settles when the last send that was asked for has: the next one's turn. */
  private turn: Promise<unknown> = Promise.resolve();

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
    const sent = this.turn.then(() => this.sendNow(records));
    this.turn = sent.catch(() => undefined);
    return sent;
  }

  async close(): Promise<void> {
    if (this.producer) await this.discard(this.producer);
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
