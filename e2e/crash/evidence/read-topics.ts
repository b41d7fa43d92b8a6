import type { Kafka, KafkaMessage } from 'kafkajs';
import type { TopicRecord } from './evidence.ts';

/** Every record of every topic but Kafka's own, from the first to what is there at the begin of the call. */
export async function readTopics(kafka: Kafka): Promise<TopicRecord[]> {
  const { topics, left } = await endsOf(kafka);
  if (left.size === 0) return [];
  const records: TopicRecord[] = [];
  const finished = Promise.withResolvers<void>();
  const consumer = kafka.consumer({ groupId: `crash-${crypto.randomUUID()}` });
  consumer.on(consumer.events.CRASH, ({ payload }) => finished.reject(payload.error));
  await consumer.connect();
  try {
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        for (const message of messages) records.push(recordOf(topic, partition, message));
        const place = `${topic}/${partition}`;
        if (Number(messages.at(-1)?.offset ?? -1) >= (left.get(place) ?? Number.POSITIVE_INFINITY)) left.delete(place);
        if (left.size === 0) finished.resolve();
        await Promise.resolve();
      },
    });
    await finished.promise;
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** The last offset of each partition that has records. */
async function endsOf(kafka: Kafka): Promise<{ topics: string[]; left: Map<string, number> }> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const left = new Map<string, number>();
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__') && !topic.startsWith('connect-'));
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (Number(high) > Number(low)) left.set(`${topic}/${partition}`, Number(high) - 1);
      }
    }
    return { topics, left };
  } finally {
    await admin.disconnect();
  }
}

interface RowAdded {
  readonly after: { readonly id: string; readonly aggregateid: string; readonly aggregateversion: number };
}

function recordOf(topic: string, partition: number, { offset, key, value, headers }: KafkaMessage): TopicRecord {
  const place = { topic, partition, offset: Number(offset), key: String(key) };
  const id = headers?.['ce_id'];
  if (id !== undefined) {
    return { ...place, eventId: String(id), aggregateId: String(headers?.['ce_subject']), version: Number(headers?.['aggregateversion']) };
  }
  const { after } = JSON.parse(String(value)) as RowAdded;
  return { ...place, eventId: after.id, aggregateId: after.aggregateid, version: after.aggregateversion };
}
