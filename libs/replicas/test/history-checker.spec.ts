import { type Operation, violationsIn } from './history-checker';

const did = (kind: Operation['kind'], value: number, beganAt: number, endedAt: number, session = 'a', counter = 1): Operation => ({ session, kind, counter, value, beganAt, endedAt });
const found = (...history: Operation[]): string[] => violationsIn(history).map(({ guarantee, before, read }) => `${guarantee}: ${before.value} > ${read.value}`);

it('finds a read that goes back, also behind one that does not', () => {
  expect(found(did('read', 5, 0, 1), did('read', 4, 2, 3))).toEqual(['monotonic reads: 5 > 4']);
  expect(found(did('read', 5, 0, 1), did('read', 6, 2, 3), did('read', 5, 4, 5))).toEqual(['monotonic reads: 6 > 5']);
});

it('finds a read that misses the own write', () => {
  expect(found(did('write', 7, 0, 1), did('read', 6, 2, 3))).toEqual(['read your writes: 7 > 6']);
  expect(found(did('write', 7, 0, 1), did('read', 9, 2, 3), did('read', 6, 4, 5))).toEqual(['monotonic reads: 9 > 6', 'read your writes: 7 > 6']);
});

it('in whatever order the history was written down', () => {
  expect(found(did('read', 4, 2, 3), did('read', 5, 0, 1))).toEqual(['monotonic reads: 5 > 4']);
});

it('finds it though a long read lies over both', () => {
  expect(found(did('read', 9, 0, 10), did('read', 5, 1, 2), did('read', 4, 3, 4))).toEqual(['monotonic reads: 5 > 4']);
});

it('takes no offence at what overlaps, at others, and at equal values', () => {
  expect(found(did('read', 5, 0, 3), did('read', 4, 2, 4))).toEqual([]);
  expect(found(did('write', 5, 0, 3), did('read', 4, 3, 4))).toEqual([]);
  expect(found(did('read', 5, 0, 1, 'a'), did('read', 4, 2, 3, 'b'))).toEqual([]);
  expect(found(did('read', 5, 0, 1, 'a', 1), did('read', 4, 2, 3, 'a', 2))).toEqual([]);
  expect(found(did('read', 5, 0, 1), did('read', 5, 2, 3))).toEqual([]);
});
