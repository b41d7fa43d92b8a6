import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';

/** One row-added message, as a consumer sees it. */
export interface Received {
  readonly key: string;
  readonly value: string;
  readonly partition: number;
  readonly offset: number;
  readonly headers: readonly string[];
  readonly version: number;
}

/** Everything that was ever written to the row-added topic of the database `member`, as it comes. */
export class RowAddedTopic {
  private readonly byKey = new Map<string, Received[]>();

  private constructor(readonly close: () => Promise<void>) {}

  /** The topic must exist. */
  static async read(brokers: string[]): Promise<RowAddedTopic> {
    const consumer = createKafka({ clientId: 'test', brokers }).consumer({ groupId: 'test', maxWaitTimeInMs: 50 });
    const topic = new RowAddedTopic(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: [rowAddedTopic('member').name], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const value = String(message.value);
        const { after } = JSON.parse(value) as { after: { aggregateversion: number } };
        const headers = Object.keys(message.headers ?? {});
        const key = String(message.key);
        const received = { key, value, partition, offset: Number(message.offset), headers, version: after.aggregateversion };
        const others = topic.byKey.get(key);
        if (others) others.push(received);
        else topic.byKey.set(key, [received]);
        await Promise.resolve();
      },
    });
    return topic;
  }

  /** In the order of the topic, which is the order within each partition. */
  of(prefix: string): Received[] {
    return [...this.byKey]
      .flatMap(([key, received]) => (key.startsWith(prefix) ? received : []))
      .sort((left, right) => left.partition - right.partition || left.offset - right.offset);
  }

  /** The versions of one key, without the repetitions that at-least-once allows. */
  firstVersions(key: string): number[] {
    return [...new Set(this.byKey.get(key)?.map(({ version }) => version))];
  }
}

export async function eventually(condition: () => unknown, timeoutMs = 30_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
  }
}
