import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ParentBasedSampler, AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TraceExport } from './export-traces';

/** How long the end of a process waits for its last spans, in milliseconds. */
const FLUSH_MS = 500;
/** A batch of events is one span, linked to the trace of each. */
const MOST_LINKS = 512;

let provider: TracerProvider | undefined;
let exporting = false;

/**
 * Turns on trace ids: a provider, a context that follows async calls, and `traceparent` headers. Without `to` nothing is exported,
 * so a span costs its ids and little more. Libraries take part through `@opentelemetry/api` alone.
 */
export function startTracing(to?: TraceExport): void {
  if (provider) return;
  const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
  provider = new TracerProvider(to ? { sampler, resource: to.resource, spanProcessors: [to.processor], spanLimits: { linkCountLimit: MOST_LINKS } } : { sampler });
  exporting = to !== undefined;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
}

/** Whether anybody gets to see spans: what is only worth its cost then asks. */
export function isTraced(): boolean {
  return exporting;
}

/** Sends what has not been sent yet. Never rejects. */
export async function flushTraces(): Promise<void> {
  if (exporting) await provider?.forceFlush({ timeoutMillis: FLUSH_MS }).catch(() => undefined);
}
