import { BackwardReads } from './backward-reads';
import type { LagWatch } from './lag-watch.service';

/** A standby that stands still. */
const standing = (place: bigint | undefined) => new BackwardReads({ historyOf: () => undefined, placeOf: async () => place } as unknown as LagWatch);
const read = (target: string, atLeast: bigint, session = 's') => ({ session, target, atLeast });

test('who was shown more elsewhere, and reads where even afterwards there is less, has gone back', async () => {
  const reads = standing(50n);
  expect(await reads.isBackward(read('replica-1', 100n))).toBe(false);
  expect(await reads.isBackward(read('replica-2', 50n))).toBe(true);
  expect(await reads.isBackward(read('replica-2', 50n))).toBe(true);
  expect(await reads.isBackward(read('replica-2', 50n, 'another'))).toBe(false);
});

test('what may have been there by then is not claimed, nor what nobody knows', async () => {
  for (const place of [100n, undefined]) {
    const reads = standing(place);
    await reads.isBackward(read('replica-1', 100n));
    expect(await reads.isBackward(read('replica-2', 50n))).toBe(false);
  }
});
