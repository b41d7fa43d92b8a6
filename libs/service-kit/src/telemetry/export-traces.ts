import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** A span is on its way after so long at the latest: whoever looks at a trace waits for its last one, and the console for every delivery. */
const DELAY_MS = 50;
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
 * Spans for a collector, by OTLP over HTTP in JSON. In batches and in the background: no request waits for the collector, or fails without it.
 *
 * @param service `service.name`; `OTEL_RESOURCE_ATTRIBUTES` adds to it (`service.instance.id=chat-2`)
 * @param endpoint base URL of the collector, to which `/v1/traces` is added
 */
export function exportTraces(service: string, endpoint: string): TraceExport {
  const exporter = new LateExporter(`${endpoint.replace(/\/$/, '')}/v1/traces`);
  const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY_MS, maxQueueSize: MAX_QUEUE, maxExportBatchSize: MAX_BATCH, exportTimeoutMillis: TIMEOUT_MS });
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': service }).merge(detectResources({ detectors: [envDetector] }));
  return { processor, resource };
}

/** OpenTelemetry's exporter, loaded with the first spans: it takes 100 ms of CPU and 15 MB, which a start has no use for. */
class LateExporter implements SpanExporter {
  private exporter: Promise<SpanExporter> | undefined;

  constructor(private readonly url: string) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter ??= this.load();
    this.exporter.then(
      (exporter) => exporter.export(spans, done),
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  async shutdown(): Promise<void> {
    await (await this.exporter)?.shutdown();
  }

  private async load(): Promise<SpanExporter> {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter({ url: this.url, timeoutMillis: TIMEOUT_MS, concurrencyLimit: 2 });
  }
}
