import type { Kafka } from 'kafkajs';
import { bounded } from './bounded';
import { type Cluster, openCluster, READ_UNCOMMITTED } from './kafkajs/cluster';
import type { KafkaRecord } from './kafka-record';
import { toRecord } from './record-consumer';

/** One request's worth: what is read is in memory at once. A record that is larger comes alone. */
const MAX_BYTES = 1024 * 1024;
/** Only what is there already is asked for, so the broker answers at once. */
const MAX_WAIT_MS = 1_000;

/** A partition and what it holds: from `low` up to, but without, `high`. */
export interface PartitionBounds {
  readonly topic: string;
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * Reads records by their offsets. Not a consumer: it joins no group, so that nothing waits for it, nothing is committed, and
 * nothing is left on the broker. After a failed call, {@link close} it: the next call connects anew.
 */
export class TopicReader {
  private cluster: Promise<Cluster> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** All partitions of the topics whose names the filter accepts. */
  async bounds(accepts: (topic: string) => boolean): Promise<PartitionBounds[]> {
    const cluster = await this.connected();
    const topics = (await cluster.metadata()).topicMetadata.filter(({ topic }) => accepts(topic));
    if (topics.length === 0) return [];
    await cluster.addMultipleTargetTopics(topics.map(({ topic }) => topic));
    const offsets = (fromBeginning: boolean): ReturnType<Cluster['fetchTopicsOffset']> =>
      cluster.fetchTopicsOffset(
        topics.map(({ topic, partitionMetadata }) => ({
          topic,
          partitions: partitionMetadata.map(({ partitionId }) => ({ partition: partitionId })),
          fromBeginning,
        })),
      );
    const [ends, beginnings] = [await offsets(false), await offsets(true)];
    return ends.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => {
        const beginning = beginnings.find((other) => other.topic === topic)?.partitions.find((other) => other.partition === partition);
        return { topic, partition, low: BigInt(beginning?.offset ?? 0), high: BigInt(offset) };
      }),
    );
  }

  /** All records from `low` up to, but without, `high`, in order. @throws as {@link read} */
  async *records({ topic, partition, low, high }: PartitionBounds): AsyncGenerator<KafkaRecord> {
    for (let position = low; position < high; ) {
      const { records, next } = await this.read(topic, partition, position);
      for (const record of records) if (BigInt(record.offset) < high) yield record;
      position = next;
    }
  }

  /**
   * Some records from `offset` on, which must be below the partition's end; `next` is where to go on.
   *
   * @throws Error if there is none, or the broker does not have the offset any more
   */
  async read(topic: string, partition: number, offset: bigint): Promise<{ readonly records: KafkaRecord[]; readonly next: bigint }> {
    const cluster = await this.connected();
    await cluster.addMultipleTargetTopics([topic]);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error(`Kafka has no partition ${topic}[${partition}]`);
    const broker = await cluster.findBroker({ nodeId });
    const { responses } = await broker.fetch({
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: MAX_BYTES }] }],
    });
    // A batch comes whole, with records that lie before the offset.
    const found = responses.flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages)).filter((message) => BigInt(message.offset) >= offset);
    const last = found.at(-1);
    if (!last) throw new Error(`Kafka gave no record of ${topic}[${partition}]@${offset}`);
    const records = found.filter(({ isControlRecord }) => !isControlRecord).map((message) => toRecord(topic, partition, message));
    return { records, next: BigInt(last.offset) + 1n };
  }

  async close(): Promise<void> {
    const { cluster } = this;
    this.cluster = undefined;
    if (cluster) await bounded(cluster.then((connection) => connection.disconnect()));
  }

  private connected(): Promise<Cluster> {
    return (this.cluster ??= openCluster(this.kafka));
  }
}
