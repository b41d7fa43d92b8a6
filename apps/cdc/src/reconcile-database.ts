import { reconcile, type ReaderLogger, type ReconcileReport } from '@madang/cdc';
import { ensureTopics, RecordProducer } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import type { Kafka } from 'kafkajs';
import { StoredOffsets } from './debezium/stored-offsets.service';
import { KafkaRowSink } from './kafka-row.sink';
import { outboxOf } from './outbox-of';
import { PublishedTopic } from './published-topic';

export interface ReconcileDatabaseOptions {
  readonly database: string;
  /** Of the role that the log reader has, too. */
  readonly servers: readonly string[];
  readonly kafka: Kafka;
  readonly force: boolean;
  readonly logger: ReaderLogger;
  readonly signal?: AbortSignal;
}

/** Publishes what the outbox of a database holds and its row-added topic does not; see {@link reconcile}. */
export async function reconcileDatabase(options: ReconcileDatabaseOptions): Promise<ReconcileReport> {
  const { database, servers, kafka, ...rest } = options;
  const topic = rowAddedTopic(database);
  await ensureTopics(kafka, [topic]);
  // Of a slot that is made anew, a position from before would halt Debezium. Forgotten in vain, it only repeats some rows.
  await new StoredOffsets(kafka, [database]).forget();
  const producer = new RecordProducer(kafka);
  try {
    return await reconcile({
      ...rest,
      ...outboxOf(database),
      connection: servers,
      sink: new KafkaRowSink(producer),
      published: new PublishedTopic(kafka, topic.name),
    });
  } finally {
    await producer.close();
  }
}
