import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka, type KafkaRecord, RecordConsumer } from '../src/index';

/** Polls until `look` gives something, or throws. */
export async function eventually<T>(look: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await sleep(10)) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Not seen within ${withinMs} ms: ${look.toString()}`);
  }
}

/** Reads a topic from its beginning until `count` records have come, and a little longer, for those too many. */
export async function readTopic(brokers: readonly string[], topic: string, count: number): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const consumer = new RecordConsumer({
    kafka: createKafka({ clientId: 'test', brokers }),
    groupId: randomUUID(),
    topics: [topic],
    handle: async (batch) => void records.push(...batch),
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  await eventually(() => records.length >= count);
  await sleep(300);
  await consumer.stop();
  return records;
}
