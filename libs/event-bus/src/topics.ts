import type { Admin, Kafka } from 'kafkajs';
import type { TopicDefinition } from './event-definition';
import { type RetryPolicy, withRetry } from './retry';

/** Metadata of a new topic spreads within milliseconds; several services make topics at the same time at first start. */
const PROPAGATION: RetryPolicy = { attempts: 100, initialDelayMs: 20, maxDelayMs: 200 };
const PROPAGATION_MS = 15_000;

/**
 * Makes the topics that are missing; one that exists is left as it is. Resolves when each has a leader.
 *
 * @throws Error if a topic exists with another number of partitions, because its keys then sit elsewhere than stated
 */
export async function ensureTopics(kafka: Kafka, topics: readonly TopicDefinition[]): Promise<void> {
  if (topics.length === 0) return;
  const admin = kafka.admin();
  await admin.connect();
  try {
    const signal = AbortSignal.timeout(PROPAGATION_MS);
    await withRetry(() => createMissing(admin, topics), PROPAGATION, signal, () => undefined);
    const found = await withRetry(() => partitionsOf(admin, topics), PROPAGATION, signal, () => undefined);
    for (const { name, partitions } of topics) {
      if (found.get(name) === partitions) continue;
      throw new Error(`Topic ${name} has ${found.get(name)} partitions, but ${partitions} are stated: alter one of the two`);
    }
  } finally {
    await admin.disconnect();
  }
}

async function createMissing(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length === 0) return;
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, maxMessageBytes, retentionMs, segmentMs }) => ({
      topic: name,
      numPartitions: partitions,
      // The broker's default: one on a laptop, three on a cluster.
      replicationFactor: -1,
      configEntries: [
        // KafkaJS cannot read zstd, lz4 or snappy and would end on it: the broker stores every record as it can be read.
        { name: 'compression.type', value: 'uncompressed' },
        ...(maxMessageBytes ? [{ name: 'max.message.bytes', value: String(maxMessageBytes) }] : []),
        ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
        ...(segmentMs === undefined ? [] : [{ name: 'segment.ms', value: String(segmentMs) }]),
      ],
    })),
  });
}

async function partitionsOf(admin: Admin, topics: readonly TopicDefinition[]): Promise<Map<string, number>> {
  const { topics: actual } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const leaderless = actual.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  if (leaderless) throw new Error(`Topic ${leaderless.name} has no leader yet`);
  return new Map(actual.map(({ name, partitions }) => [name, partitions.length]));
}
