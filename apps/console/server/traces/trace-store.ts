import { Injectable } from '@nestjs/common';
import type { StoredRecord } from '../../feed/api';
import type { SpanItem } from '../../feed/feed';
import type { RowAdded } from '../kafka/row-added';
import { sizeOf } from '../kafka/record-store';

/** Traces that are kept, the latest; and of all of them together. */
const MOST_TRACES = 2_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Of one trace: what never ends must not push out the others. */
const MOST_PARTS = 300;
/** Beside its attributes. */
const SPAN_SIZE = 1_500;

export interface StoredSpan extends SpanItem {
  readonly instance: string;
  /** Traces that a span of many events belongs to as well. */
  readonly links: readonly string[];
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: SpanItem['attributes'] }[];
}

export interface StoredTrace {
  readonly spans: StoredSpan[];
  readonly records: { readonly record: StoredRecord; readonly row: RowAdded | undefined }[];
  size: number;
}

/** What belongs together, by its trace id, in bounded memory: the trace that has rested longest goes first. */
@Injectable()
export class TraceStore {
  private readonly traces = new Map<string, StoredTrace>();
  private size = 0;

  addSpan(span: StoredSpan): void {
    const size = sizeOfSpan(span);
    for (const traceId of new Set([span.traceId, ...span.links])) {
      this.add(traceId, size, ({ spans }) => spans.push(span));
    }
  }

  addRecord(record: StoredRecord, row: RowAdded | undefined): void {
    if (record.traceId !== null) this.add(record.traceId, sizeOf(record), ({ records }) => records.push({ record, row }));
  }

  get(traceId: string): StoredTrace | undefined {
    return this.traces.get(traceId);
  }

  /** The first spans of traces, the newest first. */
  roots(limit: number): SpanItem[] {
    const found: SpanItem[] = [];
    for (const { spans } of [...this.traces.values()].reverse()) {
      const root = spans.find(({ parentSpanId }) => parentSpanId === null);
      if (root) found.push(toSpanItem(root));
      if (found.length === limit) break;
    }
    return found;
  }

  private add(traceId: string, size: number, put: (trace: StoredTrace) => void): void {
    const trace = this.traces.get(traceId) ?? { spans: [], records: [], size: 0 };
    this.traces.delete(traceId);
    this.traces.set(traceId, trace);
    if (trace.spans.length + trace.records.length >= MOST_PARTS) return;
    put(trace);
    trace.size += size;
    this.size += size;
    while (this.traces.size > MOST_TRACES || (this.size > MOST_CHARACTERS && this.traces.size > 1)) this.forgetOldest();
  }

  private forgetOldest(): void {
    const [oldest] = this.traces;
    if (!oldest) return;
    this.size -= oldest[1].size;
    this.traces.delete(oldest[0]);
  }
}

function sizeOfSpan({ attributes, events }: StoredSpan): number {
  return [attributes, ...events.map((event) => event.attributes)].reduce((sum, each) => sum + Object.entries(each).reduce((own, [key, value]) => own + key.length + String(value).length, 0), SPAN_SIZE);
}

/** What goes to the page, where two nodes of one service are two. */
export function toSpanItem({ instance, links: _links, events: _events, ...item }: StoredSpan): SpanItem {
  return { ...item, service: instance };
}
