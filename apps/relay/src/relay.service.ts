import {
  CONSISTENCY_TOKEN_HEADER,
  DeadLetters,
  deadLetterTopic,
  DEFAULT_RETRY,
  endProcess,
  ensureTopics,
  inConsumerSpan,
  isForeignReplay,
  type KafkaRecord,
  type OutgoingRecord,
  PoisonRecordError,
  RecordConsumer,
  type RecordProducer,
  recordsTotal,
  type TopicDefinition,
  traceHeaders,
  withRetry,
} from '@madang/event-bus';
import { catalogue, rowAddedTopic } from '@madang/events';
import { Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import type { ConsistencyStamps } from './consistency-stamps';
import { readRowAdded } from './row-added';
import { toDomainEvent } from './to-domain-event';

const GROUP = 'relay';

/**
 * The message relay: row added -> domain event. At least once: a batch's offsets are committed after the broker has
 * acknowledged every event of it. In order a key: a batch is sent whole before the next, and again whole if in doubt.
 */
export class RelayService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RelayService.name);
  private readonly deadLetters: DeadLetters;
  private readonly topics: readonly TopicDefinition[];
  private readonly databases: ReadonlyMap<string, string>;
  private readonly consumer: RecordConsumer;

  constructor(
    databases: readonly string[],
    private readonly kafka: Kafka,
    private readonly producer: RecordProducer,
    private readonly stamps?: ConsistencyStamps,
  ) {
    this.deadLetters = new DeadLetters(producer, GROUP);
    this.topics = databases.map(rowAddedTopic);
    this.databases = new Map(databases.map((database) => [rowAddedTopic(database).name, database]));
    this.consumer = new RecordConsumer({
      kafka,
      groupId: GROUP,
      topics: this.topics.map(({ name }) => name),
      handle: (records, signal) => this.relay(records, signal),
      onFatal: endProcess,
    });
  }

  /** Rejects while the relay does not receive row-added messages. */
  assertReady(): Promise<void> {
    return this.consumer.assertReady();
  }

  async onApplicationBootstrap(): Promise<void> {
    const deadLetterTopics = this.topics.map(({ name }) => deadLetterTopic(name, GROUP));
    await ensureTopics(this.kafka, [...this.topics, ...deadLetterTopics, ...catalogue.topics]);
    await this.producer.connect();
    await this.consumer.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer.stop();
    await this.stamps?.close();
  }

  private async relay(records: readonly KafkaRecord[], signal: AbortSignal): Promise<void> {
    const events: OutgoingRecord[] = [];
    const stamp = await this.stampOf(records);
    for (const record of records) {
      const event = await this.read(record, stamp, signal);
      if (event) events.push(event);
    }
    await withRetry(() => this.producer.send(events), DEFAULT_RETRY, signal, ({ error, attempt }) =>
      this.logger.warn(`Kafka did not take the batch (attempt ${attempt}): ${String(error)}`),
    );
    const [first] = records;
    if (!first) return;
    recordsTotal.inc({ group: GROUP, topic: first.topic, outcome: 'processed' }, events.length);
    this.logger.log(`${first.topic}[${first.partition}]@${first.offset}: ${events.length} of ${records.length} relayed`);
  }

  /** Once a batch, and only now that its rows have come: what they were committed with lies before it. */
  private async stampOf([first]: readonly KafkaRecord[]): Promise<Record<string, string>> {
    const database = first && this.databases.get(first.topic);
    const stamp = database === undefined ? undefined : await this.stamps?.stampOf(database);
    return stamp === undefined ? {} : { [CONSISTENCY_TOKEN_HEADER]: stamp };
  }

  private async read(record: KafkaRecord, stamp: Record<string, string>, signal: AbortSignal): Promise<OutgoingRecord | undefined> {
    if (isForeignReplay(record, GROUP)) {
      recordsTotal.inc({ group: GROUP, topic: record.topic, outcome: 'ignored' });
      return undefined;
    }
    try {
      const row = readRowAdded(record);
      return await inConsumerSpan(`relay ${row.after.type}`, row.after.traceparent ?? undefined, record, async () => {
        const { headers, ...rest } = toDomainEvent(row, catalogue);
        return { ...rest, headers: { ...headers, ...stamp, ...traceHeaders() } };
      });
    } catch (error) {
      if (!(error instanceof PoisonRecordError)) throw error;
      await this.deadLetters.add(record, error, signal);
      return undefined;
    }
  }
}
