import { heartbeatTopic } from '@madang/cdc';
import type { Kafka } from 'kafkajs';

/** Nobody reads them: they only carry Debezium's position to Kafka Connect. */
const RETENTION_MS = 3_600_000;

/** Makes the topics of Debezium's heartbeats where they are missing. Without them its producer would wait for ever. */
export async function ensureHeartbeatTopics(kafka: Kafka, databases: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: databases.map((database) => ({
        topic: heartbeatTopic(database),
        numPartitions: 1,
        // The broker's default: one on a laptop, three on a cluster.
        replicationFactor: -1,
        configEntries: [
          { name: 'retention.ms', value: String(RETENTION_MS) },
          // Retention takes whole segments only.
          { name: 'segment.ms', value: String(RETENTION_MS) },
        ],
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
