import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { lastValueFrom } from 'rxjs';
import { readCloudEvent } from './cloud-events';
import { DeadLetters, deadLetterTopic } from './dead-letters';
import type { DomainEvent } from './domain-event';
import type { EventCatalogue } from './event-catalogue';
import { isForeignReplay } from './foreign-replay';
import { eventAgeSeconds, recordsTotal, retriesTotal, stuckSeconds } from './event-bus.metrics';
import { KafkaEventContext } from './kafka-event-context';
import type { KafkaRecord } from './kafka-record';
import { inLanes } from './lanes';
import { PoisonRecordError } from './poison-record.error';
import { RecordConsumer } from './record-consumer';
import type { RecordProducer } from './record-producer';
import { DEFAULT_RETRY, type RetryEvent, type RetryPolicy, withRetry } from './retry';
import { StuckRecords } from './stuck-records';
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

/** How many keys of a partition are worked on at once. Each holds a database connection: leave some for HTTP. */
const LANES_PER_PARTITION = 4;

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
  private readonly stuck = new StuckRecords();
  private consumer: RecordConsumer | undefined;

  constructor(private readonly options: KafkaEventServerOptions) {
    super();
    this.deadLetters = new DeadLetters(options.producer, options.groupId);
    this.retry = options.retry ?? DEFAULT_RETRY;
  }

  /** Rejects while the service does not receive events, or cannot get past one. */
  async assertReady(): Promise<void> {
    if (!this.consumer) throw new Error('The event bus is not connected yet');
    await this.consumer.assertReady();
    this.stuck.assertNone();
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
      try {
        const outcome = await this.process(record, signal);
        recordsTotal.inc({ group: this.options.groupId, topic: record.topic, outcome });
      } catch (error) {
        signal.throwIfAborted(); // given up by us, not failed by the handler: it is delivered again
        if (!(error instanceof PoisonRecordError)) this.logger.error(error);
        await this.deadLetters.add(record, error, signal);
      }
    });
  }

  private async process(record: KafkaRecord, signal: AbortSignal): Promise<'processed' | 'ignored'> {
    if (isForeignReplay(record, this.options.groupId)) return 'ignored';
    const event = await readCloudEvent(record, this.options.catalogue);
    const handler = this.messageHandlers.get(event.type);
    if (!handler) return 'ignored';
    const traceparent = record.headers['traceparent']?.toString();
    await inConsumerSpan(`process ${event.type}`, traceparent, record, () =>
      this.applyWithRetry(handler, event, record, signal),
    );
    this.observeAge(event);
    return 'processed';
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
    const id = `${event.type} ${event.id}`;
    const onRetry = ({ error, attempt, transient, delayMs }: RetryEvent): void => {
      this.stuck.failed(id, error);
      this.observeStuck();
      retriesTotal.inc({ group: this.options.groupId, topic: record.topic, transient: String(transient) });
      this.logger.warn(`${id}: attempt ${attempt} failed, next in ${delayMs} ms: ${String(error)}`);
    };
    await withRetry(apply, this.retry, signal, onRetry).finally(() => {
      if (this.stuck.settled(id)) this.observeStuck();
    });
  }

  private observeStuck(): void {
    stuckSeconds.set({ group: this.options.groupId }, this.stuck.oldestMs / 1_000);
  }

  private observeAge(event: DomainEvent): void {
    const ageMs = Math.max(0, Date.now() - Date.parse(event.time));
    eventAgeSeconds.observe({ group: this.options.groupId, type: event.type }, ageMs / 1_000);
  }
}
