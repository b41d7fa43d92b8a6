import type { Kafka } from 'kafkajs';
import type { TopicDefinition } from './event-definition';
import { type RetryPolicy, withRetry } from './retry';

const PROPAGATION: RetryPolicy = { attempts: 100, initialDelayMs: 20, maxDelayMs: 200 };
const PROPAGATION_MS = 15_000;

/**
 * Makes the topics that are missing; one that exists is left as it is.
 *
 * @throws Error if a topic exists with another number of partitions, because its keys then sit elsewhere than stated
 */
export async function ensureTopics(kafka: Kafka, topics: readonly TopicDefinition[]): Promise<void> {
  if (topics.length === 0) return;
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !existing.has(name));
    if (missing.length > 0) {
      // Replication follows the broker's default (-1): one on a laptop, three on a cluster.
      await admin.createTopics({
        topics: missing.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions, replicationFactor: -1 })),
        waitForLeaders: true,
      });
    }
    // Another service may be making the same topic right now: its metadata then comes a moment later.
    const read = () => admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
    const { topics: actual } = await withRetry(read, PROPAGATION, AbortSignal.timeout(PROPAGATION_MS), () => undefined);
    for (const { name, partitions } of topics) {
      const found = actual.find((topic) => topic.name === name)?.partitions.length;
      if (found !== partitions) {
        throw new Error(`Topic ${name} has ${found} partitions, but ${partitions} are stated: alter one of the two`);
      }
    }
  } finally {
    await admin.disconnect();
  }
}
