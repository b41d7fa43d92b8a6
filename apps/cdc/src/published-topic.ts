import { randomUUID } from 'node:crypto';
import type { PublishedRows } from '@madang/cdc';
import type { Consumer, Kafka } from 'kafkajs';

/** A broker that sends nothing for this long, before the end of the topic, has gone. */
const SILENT_AFTER_MS = 30_000;

/** The rows of which a row-added topic has a message; reads the topic from its beginning, in no group that lasts. */
export class PublishedTopic implements PublishedRows {
  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {}

  async readIds(found: (id: string) => void, signal: AbortSignal): Promise<void> {
    const groupId = `cdc-reconcile-${randomUUID()}`;
    const admin = this.kafka.admin();
    await admin.connect();
    const consumer = this.kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
    try {
      const offsets = await admin.fetchTopicOffsets(this.topic);
      const lasts = offsets.filter(({ low, high }) => BigInt(high) > BigInt(low));
      const unread = new Map(lasts.map(({ partition, high }) => [partition, BigInt(high) - 1n]));
      if (unread.size > 0) await this.readTo(unread, consumer, found, signal);
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => undefined); // it expires by itself
      await admin.disconnect();
    }
  }

  /** @param unread the last offset of each partition that has records */
  private async readTo(unread: Map<number, bigint>, consumer: Consumer, found: (id: string) => void, signal: AbortSignal): Promise<void> {
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    done.catch(() => undefined); // it may reject before, or after, it is waited for
    const silence = setTimeout(() => reject(new Error(`Kafka sends no more of ${this.topic}, and its end was not reached`)), SILENT_AFTER_MS);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [this.topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch, heartbeat }) => {
          silence.refresh();
          for (const { value } of batch.messages) {
            const id = idOf(value);
            if (id !== null) found(id);
          }
          const last = unread.get(batch.partition);
          if (last !== undefined && BigInt(batch.lastOffset()) >= last) unread.delete(batch.partition);
          if (unread.size === 0) resolve();
          await heartbeat();
        },
      });
      signal.throwIfAborted();
      await done;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** Null where it is no row-added message: the relay has dead-lettered it, and no row is missed for it. */
function idOf(value: Buffer | null): string | null {
  if (value === null) return null;
  try {
    const { after } = JSON.parse(value.toString('utf8')) as { after?: { id?: unknown } | null };
    return typeof after?.id === 'string' ? after.id : null;
  } catch {
    return null;
  }
}
