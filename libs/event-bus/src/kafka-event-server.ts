import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { lastValueFrom } from 'rxjs';
import { readCloudEvent } from './cloud-events';
import { DeadLetters, deadLetterTopic } from './dead-letters';
import type { DomainEvent } from './domain-event';
import type { EventCatalogue } from './event-catalogue';
import { eventAgeSeconds, recordsTotal, retriesTotal } from './event-bus.metrics';
import { KafkaEventContext } from './kafka-event-context';
import type { KafkaRecord } from './kafka-record';
import { inLanes } from './lanes';
import { PoisonRecordError } from './poison-record.error';
import { RecordConsumer } from './record-consumer';
import type { RecordProducer } from './record-producer';
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from './retry';
import { ensureTopics } from './topics';
import { inConsumerSpan } from './trace-context';

export interface KafkaEventServerOptions {
  readonly kafka: Kafka;
  readonly producer: RecordProducer;
  readonly groupId: string;
  readonly catalogue: EventCatalogue;
  readonly onFatal: (error: Error) => void;
  readonly retry?: RetryPolicy;
}

type Outcome = 'processed' | 'ignored' | 'dead-lettered';

/** How many keys of a partition are worked on at once. Each holds a database connection for the time of its effect. */
const LANES_PER_PARTITION = 8;

/**
 * Nest transport strategy: services write `@EventPattern('member.withdrawn')` and get a {@link DomainEvent}. In order a
 * key, other keys side by side; a handler that fails is retried with a bound and its record then put aside.
 */
export class KafkaEventServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('madang-event-bus');
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger(KafkaEventServer.name);
  private readonly deadLetters: DeadLetters;
  private readonly retry: RetryPolicy;
  private consumer: RecordConsumer | undefined;

  constructor(private readonly options: KafkaEventServerOptions) {
    super();
    this.deadLetters = new DeadLetters(options.producer, options.groupId);
    this.retry = options.retry ?? DEFAULT_RETRY;
  }

  /** Rejects while the service does not receive events. */
  async assertReady(): Promise<void> {
    if (!this.consumer) throw new Error('The event bus is not connected yet');
    await this.consumer.assertReady();
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.consumer?.stop();
  }

  override on(): never {
    throw new Error('The event bus has no transport events; use its metrics and assertReady');
  }

  override unwrap<T>(): T {
    return this.options.kafka as T;
  }

  private async start(): Promise<void> {
    const { kafka, groupId, catalogue, producer, onFatal } = this.options;
    const topics = catalogue.topicsOf(this.messageHandlers.keys());
    await ensureTopics(kafka, [...topics, ...topics.map(({ name }) => deadLetterTopic(name, groupId))]);
    await producer.connect();
    this.consumer = new RecordConsumer({
      kafka,
      groupId,
      topics: topics.map(({ name }) => name),
      handle: (records, signal) => this.handle(records, signal),
      onFatal,
    });
    await this.consumer.start();
  }

  private async handle(records: readonly KafkaRecord[], signal: AbortSignal): Promise<void> {
    await inLanes(records, (record) => record.key?.toString('latin1') ?? '', LANES_PER_PARTITION, async (record) => {
      const outcome = await this.process(record, signal);
      recordsTotal.inc({ group: this.options.groupId, topic: record.topic, outcome });
    });
  }

  private async process(record: KafkaRecord, signal: AbortSignal): Promise<Outcome> {
    try {
      const event = await readCloudEvent(record, this.options.catalogue);
      const handler = this.messageHandlers.get(event.type);
      if (!handler) return 'ignored';
      const traceparent = record.headers['traceparent']?.toString();
      await inConsumerSpan(`process ${event.type}`, traceparent, record, () =>
        this.applyWithRetry(handler, event, record, signal),
      );
      this.observeAge(event);
      return 'processed';
    } catch (error) {
      signal.throwIfAborted(); // given up by us, not failed by the handler: it is delivered again
      if (!(error instanceof PoisonRecordError)) this.logger.error(error);
      await this.deadLetters.add(record, error);
      return 'dead-lettered';
    }
  }

  private async applyWithRetry(
    handler: MessageHandler,
    event: DomainEvent,
    record: KafkaRecord,
    signal: AbortSignal,
  ): Promise<void> {
    // Nest has joined several handlers of one event into this one; the result is a value or an Observable.
    const apply = async (): Promise<void> => {
      const result: unknown = await handler(event, new KafkaEventContext([record]));
      await lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
    };
    await withRetry(apply, this.retry, signal, ({ error, attempt, transient, delayMs }) => {
      retriesTotal.inc({ group: this.options.groupId, topic: record.topic, transient: String(transient) });
      this.logger.warn(`${event.type} ${event.id}: attempt ${attempt} failed, next in ${delayMs} ms: ${String(error)}`);
    });
  }

  private observeAge(event: DomainEvent): void {
    const ageMs = Math.max(0, Date.now() - Date.parse(event.time));
    eventAgeSeconds.observe({ group: this.options.groupId, type: event.type }, ageMs / 1_000);
  }
}
