import { z } from 'zod';
import type { SpanItem } from '../../feed/feed';
import type { StoredSpan } from './trace-store';

/*
 * OTLP/JSON 1.x, as much of it as is shown. Ids are hex there, times are decimal strings of nanoseconds (or numbers).
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

const nanos = z.union([z.string().regex(/^\d{1,20}$/), z.number()]).transform((value) => Number(BigInt(Math.trunc(Number(value))) / 1_000n) / 1_000);
const id = (length: number) => z.string().regex(new RegExp(`^[\\da-fA-F]{${length}}$`)).toLowerCase();

const value = z.object({ stringValue: z.string().optional(), boolValue: z.boolean().optional(), intValue: z.union([z.string(), z.number()]).optional(), doubleValue: z.number().optional() }).loose();
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .max(128)
  .default([])
  .transform((list) => Object.fromEntries(list.flatMap(({ key, value: given }) => {
    const plain = plainOf(given);
    return plain === undefined ? [] : [[cut(key, 128), plain] as const];
  })));

const span = z.object({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: z.union([id(16), z.literal('')]).optional(),
  name: z.string(),
  kind: z.union([z.number(), z.string()]).optional(),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  events: z.array(z.object({ name: z.string(), timeUnixNano: nanos, attributes })).max(256).default([]),
  links: z.array(z.object({ traceId: id(32) })).max(1_024).default([]),
  status: z.object({ code: z.union([z.number(), z.string()]).optional() }).optional(),
});

/** `POST /v1/traces` */
export const TraceExport = z.object({
  resourceSpans: z
    .array(z.object({ resource: z.object({ attributes }).optional(), scopeSpans: z.array(z.object({ spans: z.array(span).default([]) })).default([]) }))
    .default([]),
});
export type TraceExport = z.output<typeof TraceExport>;

const KINDS: readonly SpanItem['spanKind'][] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

export function spansOf({ resourceSpans }: TraceExport): StoredSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = cut(String(resource?.attributes['service.name'] ?? 'unknown'), 64);
    const instance = cut(String(resource?.attributes['service.instance.id'] ?? service), 64);
    return scopeSpans.flatMap(({ spans }) => spans.map((each) => toStoredSpan(each, service, instance)));
  });
}

function toStoredSpan(from: z.output<typeof span>, service: string, instance: string): StoredSpan {
  return {
    kind: 'span',
    traceId: from.traceId,
    spanId: from.spanId,
    parentSpanId: from.parentSpanId || null,
    service,
    instance,
    name: cut(from.name, 256),
    spanKind: KINDS[Number(from.kind)] ?? 'internal',
    at: from.startTimeUnixNano,
    durationMs: Math.max(0, from.endTimeUnixNano - from.startTimeUnixNano),
    error: from.status?.code === 2 || from.status?.code === 'STATUS_CODE_ERROR',
    attributes: from.attributes,
    links: from.links.map(({ traceId }) => traceId),
    events: from.events.map(({ name, timeUnixNano, attributes: of }) => ({ name: cut(name, 256), at: timeUnixNano, attributes: of })),
  };
}

function plainOf({ stringValue, boolValue, intValue, doubleValue }: z.output<typeof value>): string | number | boolean | undefined {
  return (stringValue === undefined ? undefined : cut(stringValue, 1_024)) ?? boolValue ?? (intValue === undefined ? doubleValue : Number(intValue));
}

/** A copy: a slice would keep all of the text that it is a slice of. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : Buffer.from(text.slice(0, most)).toString();
}
