import type { PublishedRows } from '@madang/cdc';
import { TopicReader } from '@madang/event-bus';
import type { Kafka } from 'kafkajs';

/** The rows of which a row-added topic has a message, as far as it reached when the reading began. */
export class PublishedTopic implements PublishedRows {
  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {}

  async readIds(found: (id: string) => void, signal: AbortSignal): Promise<void> {
    const reader = new TopicReader(this.kafka);
    try {
      const bounds = await reader.bounds((name) => name === this.topic);
      if (bounds.length === 0) throw new Error(`Kafka has no topic ${this.topic}`); // nothing read is not: nothing published
      for (const partition of bounds) {
        for await (const { value } of reader.records(partition)) {
          signal.throwIfAborted();
          const id = idOf(value);
          if (id !== null) found(id);
        }
      }
    } finally {
      await reader.close();
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
