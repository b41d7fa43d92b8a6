import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { KafkaRecord } from './kafka-record';
import type { RetryEvent } from './retry';

const tracer = trace.getTracer('@madang/event-bus');

/** The trace headers of the active context, to be sent along with a record. */
export function traceHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** Runs `work` in a consumer span that continues the given `traceparent` (or begins a trace where there is none). */
export async function inConsumerSpan<T>(
  name: string,
  traceparent: string | undefined,
  record: KafkaRecord,
  work: () => Promise<T>,
): Promise<T> {
  return inSpan(name, { kind: SpanKind.CONSUMER, attributes: attributesOf(record) }, parentOf(traceparent), work);
}

/** Runs `work` in one consumer span for many records: a trace of its own, linked to each of theirs. */
export async function inBatchSpan<T>(
  name: string,
  traceparents: readonly (string | undefined)[],
  first: KafkaRecord,
  work: () => Promise<T>,
): Promise<T> {
  const links = traceparents.flatMap((traceparent) => {
    const linked = trace.getSpanContext(parentOf(traceparent));
    return linked ? [{ context: linked }] : [];
  });
  const attributes = { ...attributesOf(first), 'messaging.batch.message_count': traceparents.length };
  return inSpan(name, { kind: SpanKind.CONSUMER, attributes, links }, ROOT_CONTEXT, work);
}

/** An attempt has failed, and there will be another. The error's text is not told: it may hold what traces must not. */
export function noteRetry({ attempt, transient, delayMs }: Omit<RetryEvent, 'error'>): void {
  trace.getActiveSpan()?.addEvent('retry', { attempt, transient, delay_ms: delayMs });
}

function parentOf(traceparent: string | undefined): Context {
  return propagation.extract(ROOT_CONTEXT, traceparent ? { traceparent } : {});
}

function attributesOf(record: KafkaRecord): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': record.topic,
    'messaging.destination.partition.id': String(record.partition),
    'messaging.kafka.offset': record.offset,
  };
}

async function inSpan<T>(name: string, options: SpanOptions, parent: Context, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
