import fc from 'fast-check';
import { DecimalWriter } from './decimal-writer';

const MOST_TIME = 2 ** 42 - 1;
const MOST_BITS = 29;

describe.each([1, 10, 22, 23, MOST_BITS])('time * 2^%i + low in decimal', (bits) => {
  const scale = 2 ** bits;
  const writer = new DecimalWriter(scale);
  const byBigInt = (time: number, low: number): string => String(BigInt(time) * BigInt(scale) + BigInt(low));

  it('is that of BigInt', () => {
    const [times, lows] = [fc.integer({ min: 0, max: MOST_TIME }), fc.integer({ min: 0, max: scale - 1 })];
    fc.assert(fc.property(times, lows, (time, low) => expect(writer.write(time, low)).toBe(byBigInt(time, low))), { numRuns: 10_000 });
  });

  it('is so where it becomes a digit longer, and where the lower seven digits carry', () => {
    const most = (BigInt(MOST_TIME) + 1n) * BigInt(scale) - 1n;
    const numbers: bigint[] = [];
    for (let power = 10n; power <= most; power *= 10n) {
      for (const times of [1n, 2n, 3n, 7n, 10n, 999n, 1_000n, 4_321n]) {
        for (let beside = -50n; beside <= 50n; beside++) numbers.push(times * power + beside);
      }
    }
    const possible = numbers.filter((number) => number >= 0n && number <= most);
    const written = possible.map((number) => writer.write(Number(number / BigInt(scale)), Number(number % BigInt(scale))));
    expect(written).toEqual(possible.map(String));
  });
});
