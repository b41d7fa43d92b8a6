import { Injectable } from '@nestjs/common';
import type { ReadItem } from '../../feed/feed';
import { FeedHub } from '../feed/feed-hub';
import { parseLsn } from '../kafka/row-added';
import { BackwardReads } from '../replicas/backward-reads';
import { type StoredSpan, toSpanItem, TraceStore } from './trace-store';

/** Which of the events of a span is a read that libs/replicas has routed. */
const READ = 'replica.read';
/** Reads that wait to be judged: a standby that does not answer takes a second a question. Later ones are not told. */
const MOST_WAITING = 2_000;

/** Spans that have come: kept, told, and looked through for reads. */
@Injectable()
export class SpanIntake {
  /** Reads are judged one after the other, as a session has made them. */
  private turn: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly traces: TraceStore,
    private readonly hub: FeedHub,
    private readonly backward: BackwardReads,
  ) {}

  take(spans: readonly StoredSpan[]): void {
    const seen = spans.filter((span) => !isOurOwn(span));
    for (const span of seen) {
      this.traces.addSpan(span);
      this.hub.publish(toSpanItem(span));
    }
    const reads = seen.flatMap(readsOf).sort((a, b) => a.event.at - b.event.at);
    if (reads.length === 0 || !this.hub.isWatched || this.waiting > MOST_WAITING) return;
    this.waiting += reads.length;
    this.turn = this.turn.then(() => this.tellAll(reads)).finally(() => {
      this.waiting -= reads.length;
    });
  }

  private async tellAll(reads: readonly TracedRead[]): Promise<void> {
    for (const { span, event } of reads) {
      const { target, level, reason, waited_ms: waitedMs, session, at_least: atLeast } = event.attributes;
      const placed = session !== undefined && typeof atLeast === 'string' ? { session: `${span.instance} ${String(session)}`, target: String(target), atLeast: parseLsn(atLeast) } : undefined;
      const anomaly = placed !== undefined && (await this.backward.isBackward(placed).catch(() => false));
      const item: ReadItem = { kind: 'read', at: event.at, service: span.instance, target: String(target), level: String(level), reason: String(reason), waitedMs: Number(waitedMs ?? 0), traceId: span.traceId, anomaly };
      this.hub.publish(item);
    }
  }
}

interface TracedRead {
  readonly span: StoredSpan;
  readonly event: StoredSpan['events'][number];
}

function readsOf(span: StoredSpan): TracedRead[] {
  return span.events.filter(({ name, attributes }) => name === READ && /^[\dA-F]+\/[\dA-F]+$/i.test(String(attributes['at_least'] ?? '0/0'))).map((event) => ({ span, event }));
}

/** The lab looks at the switches every second while a page is open: that is no traffic. The naive call of the member service, `/lab/hidden-authors`, is. */
function isOurOwn({ attributes }: StoredSpan): boolean {
  return /^\/lab\/(switches|faults)\b/.test(String(attributes['http.route'] ?? ''));
}
