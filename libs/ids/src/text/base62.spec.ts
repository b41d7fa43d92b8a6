import fc from 'fast-check';
import { base62Codec, Base62Writer } from './base62';

const SHAPES = [
  { title: 'KSUID', count: 7, length: 27, lower: 4, bits: 160n, max: 'aWgEPTl1tmebfsQzFP4bxwgy80V' },
  { title: 'Timeflake', count: 6, length: 22, lower: 3, bits: 128n, max: '7n42DGM5Tflk9n8mt7Fhc7' },
];

describe.each(SHAPES)('digits of a $title', ({ count, length, lower, bits, max }) => {
  const codec = base62Codec(length, max);
  const writer = new Base62Writer(count, length, lower);
  const most = (1n << bits) - 1n;
  const limb = 62n ** 4n;

  const written = (value: bigint): string => {
    for (let i = 0; i < count; i++) writer.chunks[i] = Number((value >> BigInt(24 * i)) & 0xff_ffffn);
    writer.keepUpper();
    return String.fromCharCode(...writer.write());
  };

  it('are those of a long division', () => {
    fc.assert(fc.property(fc.bigInt(0n, most), (value) => expect(written(value)).toBe(codec.toText(value))), { numRuns: 10_000 });
  });

  it('are so beside every carry', () => {
    for (const value of [0n, 1n, most - 1n, most]) expect(written(value)).toBe(codec.toText(value));
    for (let power = limb; power < most; power *= limb) {
      fc.assert(
        fc.property(fc.bigInt(1n, most / power), fc.integer({ min: -2, max: 1 }), (times, beside) => {
          const value = times * power + BigInt(beside);
          expect(written(value)).toBe(codec.toText(value));
        }),
        { numRuns: 2_000 },
      );
    }
  });

  it('change with the lower chunks alone, also where they carry into the kept ones', () => {
    const lowerBits = BigInt(24 * lower);
    const change = fc.array(fc.oneof(fc.bigInt(0n, (1n << lowerBits) - 1n), fc.bigInt(limb ** BigInt(lower) - 99n, limb ** BigInt(lower) + 99n)));
    fc.assert(
      fc.property(fc.bigInt(0n, most >> lowerBits), change, (upper, changes) => {
        written(upper << lowerBits);
        for (const value of changes) {
          for (let i = 0; i < lower; i++) writer.chunks[i] = Number((value >> BigInt(24 * i)) & 0xff_ffffn);
          expect(String.fromCharCode(...writer.write())).toBe(codec.toText((upper << lowerBits) + value));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
