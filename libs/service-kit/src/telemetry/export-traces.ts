import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** A span is on its way after so long at the latest: whoever looks at a trace waits for its last one. */
const DELAY_MS = 100;
/** Spans in memory while the collector is slow or away; later ones are dropped. */
const MAX_QUEUE = 4_096;
/** A request's worth: some 350 KB of JSON. */
const MAX_BATCH = 512;
const TIMEOUT_MS = 2_000;

/** Where spans go, and what they say of the process that made them. */
export interface TraceExport {
  readonly processor: SpanProcessor;
  readonly resource: Resource;
}

/**
 * Spans for a collector, by OTLP over HTTP in JSON. In batches and in the background: no request waits for the collector, or fails without it. The exporter is loaded here,
 * so that a service without a collector pays nothing for it.
 *
 * @param service `service.name`; `OTEL_RESOURCE_ATTRIBUTES` adds to it (`service.instance.id=chat-2`)
 * @param endpoint base URL of the collector, to which `/v1/traces` is added
 */
export async function exportTraces(service: string, endpoint: string): Promise<TraceExport> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: TIMEOUT_MS, concurrencyLimit: 2 });
  const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY_MS, maxQueueSize: MAX_QUEUE, maxExportBatchSize: MAX_BATCH, exportTimeoutMillis: TIMEOUT_MS });
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': service }).merge(detectResources({ detectors: [envDetector] }));
  return { processor, resource };
}
