import { Public } from '@madang/service-kit';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ReadItem } from '../../feed/feed';
import { FeedHub } from '../feed/feed-hub';
import { spansOf, TraceExport } from './otlp';
import { type StoredSpan, toSpanItem, TraceStore } from './trace-store';

/** By `service.name`: which of the events of a span is a read that libs/replicas has routed. */
const READ = 'replica.read';

/** An OpenTelemetry collector, as far as the console needs one. No token: exporters have none to send, and loopback is all that gets here. */
@ApiTags('traces')
@Public()
@Controller('v1/traces')
export class ReceiveTracesController {
  constructor(
    private readonly traces: TraceStore,
    private readonly hub: FeedHub,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes spans by OTLP over HTTP, in JSON' })
  receive(@Body({ schema: TraceExport }) body: TraceExport): { partialSuccess: Record<string, never> } {
    for (const span of spansOf(body)) {
      if (isOurOwn(span)) continue;
      this.traces.addSpan(span);
      this.hub.publish(toSpanItem(span));
      for (const read of readsOf(span)) this.hub.publish(read);
    }
    return { partialSuccess: {} };
  }
}

/** The lab looks at the switches every second while a page is open: that is no traffic. */
function isOurOwn({ attributes }: StoredSpan): boolean {
  return String(attributes['http.route'] ?? '').startsWith('/lab/');
}

function readsOf({ events, instance, traceId }: StoredSpan): ReadItem[] {
  return events
    .filter(({ name }) => name === READ)
    .map(({ at, attributes }) => ({
      kind: 'read',
      at,
      service: instance,
      target: String(attributes['target'] ?? ''),
      level: String(attributes['level'] ?? ''),
      reason: String(attributes['reason'] ?? ''),
      waitedMs: Number(attributes['waited_ms'] ?? 0),
      traceId,
      anomaly: attributes['anomaly'] === true,
    }));
}
