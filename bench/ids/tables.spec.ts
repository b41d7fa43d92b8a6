import { CEILING, type Burst } from './ceiling.ts';
import type { Compared } from './comparison.ts';
import { missed } from './tables.ts';

const burst: Burst = { name: '@madang/ids', ids: 1_000, idsAMillisecond: CEILING, duplicates: 0 };

/** One format that is `ratio` times as fast as its peer. */
function format(ratio: number, least?: number, flat = true): Compared {
  const peer = { name: 'peer', ns: 100, bytes: 10, flat: true, ratio, least };
  return { name: 'ulid', ns: 50, bytes: 10, flat, floorNs: 40, timesFloor: 1.2, bulkNs: 30, peers: [peer] };
}

it('is content with what is met', () => {
  expect(missed([format(1.01), format(4, 4)], [burst])).toEqual([]);
});

it.each([
  ['a peer that is as fast', [format(1)], burst],
  ['a target that is missed', [format(3.9, 4)], burst],
  ['a rope', [format(5, 4, false)], burst],
  ['a duplicate', [format(5, 4)], { ...burst, duplicates: 1 }],
  ['a ceiling that is missed', [format(5, 4)], { ...burst, idsAMillisecond: CEILING - 1 }],
  ['no burst at all', [format(5, 4)], undefined],
] as const)('tells of %s', (_what, compared, own) => {
  expect(missed(compared, own ? [own] : [])).toHaveLength(1);
});
