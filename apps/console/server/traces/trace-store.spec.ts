import { type StoredSpan, TraceStore } from './trace-store';

const idOf = (number: number): string => number.toString(16).padStart(32, '0');
const span = (number: number, links: string[] = [], parentSpanId: string | null = null): StoredSpan => ({
  kind: 'span', traceId: idOf(number), spanId: 'a'.repeat(16), parentSpanId, service: 'board', instance: 'board', name: `span ${number}`, spanKind: 'consumer', at: number, durationMs: 1, error: false, attributes: {}, links, events: [],
});

test('a span of many events belongs to the trace of each', () => {
  const store = new TraceStore();
  store.addSpan(span(1, [idOf(2), idOf(3), idOf(2)]));
  for (const number of [1, 2, 3]) expect(store.get(idOf(number))?.spans).toHaveLength(1);
});

test('the trace that has rested longest goes first; one that never ends pushes out nobody', () => {
  const store = new TraceStore();
  for (let number = 0; number < 2_500; number++) {
    store.addSpan(span(0));
    store.addSpan(span(number));
  }
  expect(store.get(idOf(0))?.spans).toHaveLength(300);
  expect(store.get(idOf(2_499))).toBeDefined();
  expect(store.get(idOf(1))).toBeUndefined();
});

test('the first spans of the latest traces, the newest first', () => {
  const store = new TraceStore();
  for (const number of [1, 2, 3]) store.addSpan(span(number));
  store.addSpan(span(4, [], 'b'.repeat(16)));
  expect(store.roots(2).map(({ name }) => name)).toEqual(['span 3', 'span 2']);
});

test('large spans are kept in as much memory as small ones', () => {
  const store = new TraceStore();
  const large = { key: 'x'.repeat(100_000) };
  for (let number = 0; number < 1_000; number++) store.addSpan({ ...span(number), attributes: large, events: [{ name: 'e', at: 1, attributes: large }] });
  const kept = Array.from({ length: 1_000 }, (_, number) => store.get(idOf(number))).filter((trace) => trace !== undefined);
  expect(kept.length * 200_000).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(store.get(idOf(999))).toBeDefined();
});
