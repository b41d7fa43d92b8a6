import type { FeedItem, ReadItem, RecordItem } from '../../../feed/feed';
import { reduce } from './reduce';
import { type ConsoleState, EMPTY, MOST } from './state';

const record = (offset: number, more: Partial<RecordItem> = {}): RecordItem => ({
  kind: 'record', role: 'domain-event', topic: 'member.events.v1', partition: 0, offset: String(offset), at: offset, seenAt: offset,
  key: null, eventId: null, type: 'member.withdrawn', traceId: null, duplicate: false, ...more,
});
const read = (level: string, anomaly: boolean): ReadItem => ({ kind: 'read', at: 1, service: 'board', target: 'replica-1', level, reason: 'preferred', waitedMs: 0, traceId: null, anomaly });
const sizeOf = (state: ConsoleState): number => JSON.stringify(state).length;

it('remembers so much and no more, and counts all', () => {
  const batches = Array.from({ length: 40 }, (_, batch) => Array.from({ length: 50 }, (_each, index) => record(batch * 50 + index, { duplicate: index === 0 })));
  const state = batches.reduce(reduce, EMPTY);
  expect(state.records.length).toBe(MOST.records);
  expect(state.records.at(-1)?.offset).toBe('1999');
  expect(state.records[0]?.offset).toBe(String(2_000 - MOST.records));
  expect(state.totals).toEqual({ records: 2_000, duplicates: 40, deadLetters: 0, missed: 0 });
});

it('does not grow, whatever comes, and under however many names', () => {
  const round = (n: number): FeedItem[][] => [
    Array.from({ length: 400 }, (_, index) => record(n * 400 + index)),
    Array.from({ length: 50 }, (_, index) => read(`bounded:${n}-${index}`, false)),
    Array.from({ length: 240 }, (_, index): FeedItem => ({ kind: 'lag', at: index, node: `standby-${n * 6 + (index % 6)}`, bytes: 1, ms: 1, paused: false, delayMs: 0 })),
    Array.from({ length: 50 }, (_, index): FeedItem => ({ kind: 'consumer-lag', at: index, group: `group-${n}-${index}`, topic: 't', messages: 0, seconds: 0 })),
    Array.from({ length: 400 }, (_, index): FeedItem => ({ kind: 'admission', room: 'event-product', admittedAt: index, number: index })),
    [{ kind: 'run', event: { kind: 'run-began', at: 1, run: `run-${n}`, scenario: 's', seed: 1, naive: false, title: { en: '', ko: '' }, story: { en: '', ko: '' }, steps: [], invariants: [] } }],
    Array.from({ length: 200 }, (_, index): FeedItem => ({ kind: 'run', event: { kind: 'note', at: index, run: `run-${n}`, step: 'none', text: 'something' } })),
  ];
  let state = EMPTY;
  const sizes = Array.from({ length: 30 }, (_, n) => {
    state = round(n).reduce(reduce, state);
    return sizeOf(state);
  });
  expect(Math.max(...sizes.slice(20)) / Math.max(...sizes.slice(14, 20))).toBeLessThan(1.05);
  expect(sizes[29]).toBeGreaterThan((sizes[0] ?? 0) * 3); // it had something to hold
});

it('counts what went back in time by the level that allowed it', () => {
  const state = reduce(EMPTY, [read('eventual', true), read('eventual', false), read('monotonic', false)]);
  expect(state.readsByLevel).toEqual({ eventual: { reads: 2, anomalies: 1 }, monotonic: { reads: 1, anomalies: 0 } });
});

it('leaves a state alone that it was given, and what a batch says nothing of', () => {
  const before = reduce(EMPTY, [record(1), read('eventual', false)]);
  const copy = structuredClone(before);
  const after = reduce(before, [{ kind: 'missed', count: 7 }]);
  expect(before).toEqual(copy);
  expect(after.records).toBe(before.records);
  expect(after.readsByLevel).toBe(before.readsByLevel);
  expect(after.totals.missed).toBe(7);
});

it('keeps spans of requests, deliveries and roots, not of the insides', () => {
  const span = (spanId: string, spanKind: 'internal' | 'server', parentSpanId: string | null): FeedItem => ({ kind: 'span', traceId: 't', spanId, parentSpanId, service: 's', name: 'n', spanKind, at: 0, durationMs: 1, error: false, attributes: {} });
  const state = reduce(EMPTY, [span('a', 'server', null), span('b', 'internal', 'a'), span('c', 'internal', null)]);
  expect(state.spans.map(({ spanId }) => spanId)).toEqual(['a', 'c']);
});
