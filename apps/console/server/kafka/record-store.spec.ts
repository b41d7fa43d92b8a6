import type { StoredRecord } from '../../feed/api';
import { RecordStore } from './record-store';

const record = (offset: number, over: Partial<StoredRecord> = {}): StoredRecord => ({
  kind: 'record', role: 'domain-event', topic: 'member.events.v1', partition: 0, offset: String(offset), at: offset, seenAt: offset, key: 'k',
  eventId: `id-${offset}`, type: 'member.withdrawn', traceId: null, duplicate: false, headers: {}, value: '{}', truncated: false, ...over,
});

test('the same event twice on a topic is a duplicate, on another topic it is not', () => {
  const store = new RecordStore();
  expect(store.add(record(1)).duplicate).toBe(false);
  expect(store.add(record(2, { eventId: 'id-1' })).duplicate).toBe(true);
  expect(store.add(record(3, { eventId: 'id-1', topic: 'board.events.v1' })).duplicate).toBe(false);
  expect(store.add(record(4, { eventId: null })).duplicate).toBe(false);
});

test('the newest come first, of one topic or all, by any text of theirs', () => {
  const store = new RecordStore();
  for (let offset = 1; offset <= 5; offset++) store.add(record(offset, { topic: offset % 2 ? 'a' : 'b', value: `value ${offset}` }));
  expect(store.find({ limit: 3 }).map(({ offset }) => offset)).toEqual(['5', '4', '3']);
  expect(store.find({ topic: 'b', limit: 9 }).map(({ offset }) => offset)).toEqual(['4', '2']);
  expect(store.find({ filter: 'VALUE 3', limit: 9 }).map(({ offset }) => offset)).toEqual(['3']);
  expect(store.find({ topic: 'none', limit: 9 })).toEqual([]);
});

test('memory is bounded by count, and by size', () => {
  const store = new RecordStore();
  for (let offset = 0; offset < 3_000; offset++) store.add(record(offset));
  expect(store.find({ limit: 10_000 })).toHaveLength(1_000);
  for (let offset = 0; offset < 3_000; offset++) store.add(record(offset, { topic: 'large', value: 'x'.repeat(16_000) }));
  expect(store.size).toBeLessThan(1_001_000 * 2 + 2 * 1024 * 1024);
});
