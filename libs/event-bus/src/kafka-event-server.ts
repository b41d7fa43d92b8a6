import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { lastValueFrom } from 'rxjs';
import { readCloudEvent } from './cloud-events';
import { DeadLetters, deadLetterTopic } from './dead-letters';
import type { DomainEvent } from './domain-event';
import type { EventCatalogue } from './event-catalogue';
import { MAX_BATCH, MIN_BATCH, takesBatches } from './event-batch-pattern.decorator';
import type { EventScope } from './event-scope';
import { eventAgeSeconds, recordsTotal, retriesTotal, stuckSeconds } from './event-bus.metrics';
import { isForeignReplay } from './foreign-replay';
import { KafkaEventContext } from './kafka-event-context';
import type { KafkaRecord } from './kafka-record';
import { inLanes } from './lanes';
import { PoisonRecordError } from './poison-record.error';
import { RecordConsumer } from './record-consumer';
import type { RecordProducer } from './record-producer';
import { DEFAULT_RETRY, type RetryEvent, type RetryPolicy, withRetry } from './retry';
import { toStages } from './stages';
import { StuckRecords } from './stuck-records';
import { ensureTopics } from './topics';
import { inBatchSpan, inConsumerSpan, noteRetry } from './trace-context';
import { isTransientError } from './transient-error';

export interface KafkaEventServerOptions {
  readonly kafka: Kafka;
  readonly producer: RecordProducer;
  readonly groupId: string;
  readonly catalogue: EventCatalogue;
  readonly onFatal: (error: Error) => void;
  readonly retry?: RetryPolicy;
  readonly scope?: EventScope;
}

interface ReadableDelivery {
  readonly record: KafkaRecord;
  readonly event: DomainEvent;
  readonly handler: MessageHandler;
  readonly poison?: undefined;
}

/** A record that somebody has to take care of: a handler, or the dead letters. */
type Delivery = ReadableDelivery | { readonly record: KafkaRecord; readonly poison: PoisonRecordError; readonly handler?: undefined };

/** How many keys of a partition are worked on at once. Each holds a database connection: leave some for HTTP. */
const LANES_PER_PARTITION = 4;

/**
 * Nest transport strategy: services write `@EventPattern('member.withdrawn')` and get a {@link DomainEvent}, or
 * `@EventBatchPattern` and get many. In order a key, other keys side by side; a handler that fails is retried with a
 * bound and its record then put aside.
 */
export class KafkaEventServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('madang-event-bus');
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger(KafkaEventServer.name);
  private readonly deadLetters: DeadLetters;
  private readonly retry: RetryPolicy;
  private readonly stuck = new StuckRecords();
  private batchHandlers: ReadonlySet<MessageHandler> = new Set();
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
    const batching = [...this.messageHandlers].filter(([type, handler]) => takesBatches(type, handler));
    this.batchHandlers = new Set(batching.map(([, handler]) => handler));
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
    const deliveries: Delivery[] = [];
    for (const record of records) {
      const delivery = await this.read(record);
      if (delivery) deliveries.push(delivery);
    }
    const stages = toStages(deliveries, {
      keyOf: laneOf,
      groupOf: ({ handler }) => (handler && this.batchHandlers.has(handler) ? handler : undefined),
      sizeOf: (batchHandler) => (batchHandler ? MAX_BATCH : Infinity),
    });
    for (const { group: batchHandler, items } of stages) {
      signal.throwIfAborted();
      if (batchHandler && items.length >= MIN_BATCH) await this.processBatch(batchHandler, items.filter(isReadable), signal);
      else await this.processEach(items, signal);
    }
  }

  /** Undefined if it is not for this service: no handler, or another group's replay. */
  private async read(record: KafkaRecord): Promise<Delivery | undefined> {
    try {
      if (isForeignReplay(record, this.options.groupId)) {
        this.count(record, 'ignored');
        return undefined;
      }
      const event = await readCloudEvent(record, this.options.catalogue);
      const handler = this.messageHandlers.get(event.type);
      if (handler) return { record, event, handler };
      this.count(record, 'ignored');
      return undefined;
    } catch (error) {
      if (error instanceof PoisonRecordError) return { record, poison: error };
      throw error;
    }
  }

  private async processEach(deliveries: readonly Delivery[], signal: AbortSignal): Promise<void> {
    await inLanes(deliveries, laneOf, LANES_PER_PARTITION, async (delivery) => {
      if (delivery.poison) {
        await this.deadLetters.add(delivery.record, delivery.poison, signal);
        return;
      }
      try {
        await this.process(delivery, signal);
      } catch (error) {
        signal.throwIfAborted(); // given up by us, not failed by the handler: it is delivered again
        this.logger.error(error);
        await this.deadLetters.add(delivery.record, error, signal);
      }
    });
  }

  private async process({ record, event, handler }: ReadableDelivery, signal: AbortSignal): Promise<void> {
    const data = this.batchHandlers.has(handler) ? [event] : event;
    await inConsumerSpan(`process ${event.type}`, event.traceparent, record, () =>
      this.withRetry(() => this.inScope([event], () => this.apply(handler, data, new KafkaEventContext([record]))), event, record, signal),
    );
    this.observe(record, event);
  }

  /**
   * All at once; if that fails, for whatever reason, one by one. So a poison event goes alone, and a batch that is too large
   * for the time that the database gives a statement is not tried without end.
   */
  private async processBatch(handler: MessageHandler, deliveries: readonly ReadableDelivery[], signal: AbortSignal): Promise<void> {
    const [first, ...rest] = deliveries;
    if (!first) return;
    const events = deliveries.map(({ event }) => event);
    const context = new KafkaEventContext([first.record, ...rest.map(({ record }) => record)]);
    try {
      await inBatchSpan(`process ${first.event.type}`, events.map(({ traceparent }) => traceparent), first.record, () =>
        this.inScope(events, () => this.apply(handler, events, context)),
      );
    } catch (error) {
      signal.throwIfAborted();
      const { topic } = first.record;
      retriesTotal.inc({ group: this.options.groupId, topic, transient: String(isTransientError(error)) });
      this.logger.warn(`${events.length} ${first.event.type} at once failed, so one by one: ${String(error)}`);
      await this.processEach(deliveries, signal);
      return;
    }
    for (const { record, event } of deliveries) this.observe(record, event);
  }

  private inScope(events: readonly DomainEvent[], work: () => Promise<void>): Promise<void> {
    return this.options.scope?.run(events, work) ?? work();
  }

  /** Nest has joined several handlers of one event into this one; the result is a value or an Observable. */
  private async apply(handler: MessageHandler, data: DomainEvent | readonly DomainEvent[], context: KafkaEventContext): Promise<void> {
    const result: unknown = await handler(data, context);
    await lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
  }

  private async withRetry(effect: () => Promise<void>, event: DomainEvent, { topic }: KafkaRecord, signal: AbortSignal): Promise<void> {
    const id = `${event.type} ${event.id}`;
    const onRetry = ({ error, attempt, transient, delayMs }: RetryEvent): void => {
      this.stuck.failed(id, error);
      this.observeStuck();
      retriesTotal.inc({ group: this.options.groupId, topic, transient: String(transient) });
      noteRetry({ attempt, transient, delayMs });
      this.logger.warn(`${id}: attempt ${attempt} failed, next in ${delayMs} ms: ${String(error)}`);
    };
    await withRetry(effect, this.retry, signal, onRetry).finally(() => {
      if (this.stuck.settled(id)) this.observeStuck();
    });
  }

  private count({ topic }: KafkaRecord, outcome: 'processed' | 'ignored'): void {
    recordsTotal.inc({ group: this.options.groupId, topic, outcome });
  }

  private observeStuck(): void {
    stuckSeconds.set({ group: this.options.groupId }, this.stuck.oldestMs / 1_000);
  }

  private observe(record: KafkaRecord, event: DomainEvent): void {
    this.count(record, 'processed');
    const ageMs = Math.max(0, Date.now() - Date.parse(event.time));
    eventAgeSeconds.observe({ group: this.options.groupId, type: event.type }, ageMs / 1_000);
  }
}

const laneOf = ({ record }: Delivery): string => record.key?.toString('latin1') ?? '';

const isReadable = (delivery: Delivery): delivery is ReadableDelivery => !delivery.poison;
