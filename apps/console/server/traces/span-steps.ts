import type { StoredSpan } from './trace-store';
import type { Step } from './step';

/** What a service has told of itself: the request, a delivery, its retries, its effect. */
export function stepsOfSpans(spans: readonly StoredSpan[]): Step[] {
  return spans.flatMap(stepsOf);
}

function stepsOf(span: StoredSpan): Step[] {
  if (span.spanKind === 'server') return [requestOf(span)];
  // The relay's is told by the record that it has written.
  return span.spanKind === 'consumer' && span.service !== 'relay' ? deliveryOf(span) : [];
}

function requestOf({ instance, at, durationMs, name, attributes, error }: StoredSpan): Step {
  return { what: 'request', where: instance, at, durationMs, facts: { request: name, status: attributes['http.response.status_code'] ?? null, error }, body: null };
}

function deliveryOf({ instance, at, durationMs, name, attributes, events, error, links }: StoredSpan): Step[] {
  const place = { topic: attributes['messaging.destination.name'] ?? null, partition: Number(attributes['messaging.destination.partition.id'] ?? -1), offset: attributes['messaging.kafka.offset'] ?? null };
  const batch = attributes['messaging.batch.message_count'];
  const together = batch === undefined ? {} : { 'events of one transaction': batch, links: links.length };
  const committedAt = Number(attributes['inbox.committed_at'] ?? at + durationMs);
  const delivered: Step = { what: 'delivered', where: instance, at, durationMs: null, facts: { handler: name, ...place, ...together }, body: null };
  const retries = events.filter((event) => event.name === 'retry').map((event): Step => ({ what: 'retry', where: instance, at: event.at, durationMs: null, facts: { handler: name, ...event.attributes }, body: null }));
  const inbox = attributes['inbox.outcome'] ?? (attributes['inbox.applied'] === undefined ? null : `${String(attributes['inbox.applied'])} applied, ${String(attributes['inbox.duplicates'])} duplicates`);
  const effect: Step = { what: 'effect', where: instance, at: Math.max(at, committedAt), durationMs, facts: { handler: name, inbox, 'inbox row': attributes['inbox.message_id'] ?? null, error }, body: null };
  return error ? [delivered, ...retries] : [delivered, ...retries, effect];
}
