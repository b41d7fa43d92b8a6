import { reconcile, stopConnector, type ReaderLogger, type ReconcileReport } from '@madang/cdc';
import { ensureTopics, RecordProducer } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import type { Kafka } from 'kafkajs';
import { StoredOffset } from './debezium/stored-offset';
import { KafkaRowSink } from './kafka-row.sink';
import { outboxOf } from './outbox-of';
import { PublishedTopic } from './published-topic';

export interface ReconcileDatabaseOptions {
  readonly database: string;
  /** Of the role that the log reader has, too. */
  readonly servers: readonly string[];
  readonly kafka: Kafka;
  /** Of Kafka Connect, where Debezium reads; null where it does not. */
  readonly connectUrl: string | null;
  readonly force: boolean;
  readonly logger: ReaderLogger;
  readonly signal?: AbortSignal;
}

/** Publishes what the outbox of a database holds and its row-added topic does not; see {@link reconcile}. */
export async function reconcileDatabase(options: ReconcileDatabaseOptions): Promise<ReconcileReport> {
  const { database, servers, kafka, connectUrl, ...rest } = options;
  const topic = rowAddedTopic(database);
  await ensureTopics(kafka, [topic]);
  const producer = new RecordProducer(kafka);
  try {
    return await reconcile({
      ...rest,
      ...outboxOf(database),
      connection: servers,
      sink: new KafkaRowSink(producer),
      quiesce: async () => {
        if (connectUrl !== null) await stopConnector(connectUrl, database);
        // Only now: until somebody publishes what is missing, it is the one trace of a gap.
        await new StoredOffset(kafka, database, servers).forget();
      },
      published: new PublishedTopic(kafka, topic.name),
    });
  } finally {
    await producer.close();
  }
}
