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
    const inRange = fc
      .record({ length: fc.integer({ min: 1, max: 21 }), beside: fc.integer({ min: -50, max: 50 }), times: fc.integer({ min: 1, max: 9_999 }) })
      .map(({ length, beside, times }) => BigInt(times) * 10n ** BigInt(length) + BigInt(beside))
      .filter((number) => number >= 0n && number / BigInt(scale) <= MOST_TIME);
    fc.assert(
      fc.property(inRange, (number) => expect(writer.write(Number(number / BigInt(scale)), Number(number % BigInt(scale)))).toBe(String(number))),
      { numRuns: 4_000 },
    );
  });
});
