import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { bounded } from './bounded';
import { type Cluster, type FetchResponse, openCluster, READ_UNCOMMITTED } from './kafkajs/cluster';
import type { KafkaRecord } from './kafka-record';
import { toRecord } from './record-consumer';

/** New records end a fetch at once; this bounds how long an idle one takes, and with it how soon a new topic is found. */
const MAX_WAIT_MS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_BYTES_PER_PARTITION = 256 * 1024;
const DISCOVER_MS = 1_000;
const AGAIN_MS = 500;

export interface TailedRecord extends KafkaRecord {
  /** When its producer has made it, in ms since 1970. */
  readonly timestamp: number;
}

export interface TopicTailOptions {
  readonly kafka: Kafka;
  readonly accepts: (topic: string) => boolean;
  /** In the order of each partition. Must not throw. */
  readonly onRecords: (records: readonly TailedRecord[]) => void;
  /** The broker does not answer, for the first time since it last did. */
  readonly onFault?: (error: unknown) => void;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  /** What is read next. */
  next: bigint;
  /** The end of the partition, as the broker last told. */
  end: bigint;
}

/**
 * Watches topics from their ends on, and those that are made later from their beginnings. Not a consumer: it joins no group, commits nothing, and
 * may miss what was deleted while the broker was away. Whoever needs every record takes a `RecordConsumer`.
 */
export class TopicTail {
  private readonly places = new Map<string, Place>();
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;
  private wasThere = false;
  private faulty = false;

  constructor(private readonly options: TopicTailOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    // KafkaJS goes on trying to connect for longer than anybody waits for an end.
    if (this.running) await bounded(this.running);
  }

  /** The ends of all partitions that are watched. */
  ends(): { readonly topic: string; readonly partition: number; readonly end: bigint }[] {
    return [...this.places.values()].map(({ topic, partition, end }) => ({ topic, partition, end }));
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      let cluster: Cluster | undefined;
      try {
        cluster = await openCluster(this.options.kafka);
        await this.follow(cluster);
      } catch (error) {
        if (!this.faulty && !signal.aborted) this.options.onFault?.(error);
        this.faulty = true;
        await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
      } finally {
        if (cluster) await bounded(cluster.disconnect());
      }
    }
  }

  private async follow(cluster: Cluster): Promise<void> {
    let discoveredAt = -DISCOVER_MS;
    while (!this.closing.signal.aborted) {
      if (performance.now() - discoveredAt >= DISCOVER_MS) {
        await this.discover(cluster, discoveredAt < 0);
        discoveredAt = performance.now();
      }
      if (this.places.size === 0) await sleep(MAX_WAIT_MS, undefined, { ref: false });
      else await this.fetch(cluster);
      this.faulty = false;
    }
  }

  /** @param afresh the broker may have come back without what it had: no place may lie outside its partition */
  private async discover(cluster: Cluster, afresh: boolean): Promise<void> {
    const accepted = (await cluster.metadata()).topicMetadata.filter(({ topic }) => this.options.accepts(topic));
    const found = new Set(accepted.flatMap(({ topic, partitionMetadata }) => partitionMetadata.map(({ partitionId }) => nameOf(topic, partitionId))));
    for (const name of this.places.keys()) if (!found.has(name)) this.places.delete(name);
    const asked = accepted.filter(({ topic, partitionMetadata }) => afresh || partitionMetadata.some(({ partitionId }) => !this.places.has(nameOf(topic, partitionId))));
    if (asked.length > 0) {
      await cluster.addMultipleTargetTopics(asked.map(({ topic }) => topic));
      const [lows, ends] = [await offsets(cluster, asked, true), await offsets(cluster, asked, false)];
      for (const [name, { topic, partition, offset: end }] of ends) {
        const low = lows.get(name)?.offset ?? 0n;
        const at = this.places.get(name)?.next ?? (this.wasThere ? low : end);
        this.places.set(name, { topic, partition, end, next: at < low || at > end ? end : at });
      }
    }
    this.wasThere = true;
  }

  private async fetch(cluster: Cluster): Promise<void> {
    const byLeader = new Map<string, Place[]>();
    for (const place of this.places.values()) {
      const [leader] = Object.keys(cluster.findLeaderForPartitions(place.topic, [place.partition]));
      if (leader !== undefined) byLeader.set(leader, [...(byLeader.get(leader) ?? []), place]);
    }
    await Promise.all(Array.from(byLeader, ([nodeId, places]) => this.fetchFrom(cluster, nodeId, places)));
  }

  private async fetchFrom(cluster: Cluster, nodeId: string, places: readonly Place[]): Promise<void> {
    const broker = await cluster.findBroker({ nodeId });
    const topics = [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, of]) => ({
      topic,
      partitions: of.map(({ partition, next }) => ({ partition, fetchOffset: String(next), maxBytes: MAX_BYTES_PER_PARTITION })),
    }));
    this.take(await broker.fetch({ maxWaitTime: MAX_WAIT_MS, minBytes: 1, maxBytes: MAX_BYTES, isolationLevel: READ_UNCOMMITTED, topics }));
  }

  private take({ responses }: FetchResponse): void {
    const records: TailedRecord[] = [];
    for (const { topicName: topic, partitions } of responses) {
      for (const { partition, highWatermark, messages } of partitions) {
        const place = this.places.get(nameOf(topic, partition));
        if (!place) continue;
        place.end = BigInt(highWatermark);
        for (const message of messages) {
          const offset = BigInt(message.offset);
          if (offset < place.next) continue; // a batch comes whole
          place.next = offset + 1n;
          if (!message.isControlRecord) records.push({ ...toRecord(topic, partition, message), timestamp: Number(message.timestamp) });
        }
      }
    }
    if (records.length > 0 && !this.closing.signal.aborted) this.options.onRecords(records);
  }
}

async function offsets(cluster: Cluster, topics: readonly { topic: string; partitionMetadata: readonly { partitionId: number }[] }[], fromBeginning: boolean) {
  const asked = topics.map(({ topic, partitionMetadata }) => ({ topic, partitions: partitionMetadata.map(({ partitionId }) => ({ partition: partitionId })), fromBeginning }));
  const found = await cluster.fetchTopicsOffset(asked);
  return new Map(found.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => [nameOf(topic, partition), { topic, partition, offset: BigInt(offset) }] as const)));
}

function nameOf(topic: string, partition: number): string {
  return `${topic}[${partition}]`;
}
