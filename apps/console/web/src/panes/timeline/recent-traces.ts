import type { RecordItem, SpanItem } from '../../../../feed/feed';
import { concerns, spanConcerns } from '../map/concerns';

export interface RecentTrace {
  readonly traceId: string;
  /** The request that began it; else the first event of it. */
  readonly title: string;
  readonly at: number;
  readonly records: number;
  readonly hasFailed: boolean;
}

/** The newest first. Requests that only look, without an event, come in as long as nothing else narrows it down. */
export function recentTraces(records: readonly RecordItem[], spans: readonly SpanItem[], filter: string | null): RecentTrace[] {
  const traces = new Map<string, RecentTrace>();
  for (const record of records) {
    const { traceId, type, topic, at, role } = record;
    if (traceId === null || !concerns(record, filter)) continue;
    const known = traces.get(traceId);
    traces.set(traceId, {
      traceId,
      title: known?.title ?? type ?? topic,
      at: Math.min(known?.at ?? at, at),
      records: (known?.records ?? 0) + 1,
      hasFailed: (known?.hasFailed ?? false) || role === 'dead-letter',
    });
  }
  for (const span of spans) {
    const { traceId, spanKind, parentSpanId, service, name, at, error } = span;
    if (spanKind !== 'server' || parentSpanId !== null) continue;
    const known = traces.get(traceId);
    if (!known && !spanConcerns(span, filter)) continue;
    traces.set(traceId, { traceId, title: `${service} · ${name}`, at: Math.min(known?.at ?? at, at), records: known?.records ?? 0, hasFailed: (known?.hasFailed ?? false) || error });
  }
  return [...traces.values()].toSorted((a, b) => b.at - a.at);
}
