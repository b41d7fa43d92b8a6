import { bytesOf, hexOf, outcome } from '../../test/outcome';
import { fromUuid, timeflake, toUuid } from '../index';

// github.com/anthonynsimon/timeflake at ca5ac16: README.md and tests/test_timeflake.py
describe('anthonynsimon/timeflake', () => {
  it('reads 02i1KoFfY3auBS745gImbZ', () => {
    const format = timeflake();
    const id = format.parse('02i1KoFfY3auBS745gImbZ');
    expect(hexOf(format.toBytes(id))).toBe('016fa936bff0997a0a3c428548fee8c9');
    expect(BigInt(`0x${hexOf(format.toBytes(id))}`)).toBe(1_909_005_012_028_578_488_143_182_045_514_754_249n);
    expect(format.timestamp(id).getTime()).toBe(1_579_091_935_216);
    expect(BigInt(format.explain(id).fields[1]?.value ?? '')).toBe(724_773_312_193_627_487_660_233n);
    expect(format.fromBytes(bytesOf('016fa936bff0997a0a3c428548fee8c9'))).toBe(id);
    expect(toUuid(format, id)).toBe('016fa936-bff0-997a-0a3c-428548fee8c9');
    expect(fromUuid(format, '016FA936-BFF0-997A-0A3C-428548FEE8C9')).toBe(id);
  });

  // flake.py: MAX_TIMEFLAKE is 2^128 - 1. The tests have no invalid texts; these follow from the alphabet and the length.
  it.each([
    ['7n42DGM5Tflk9n8mt7Fhc7', 'accepted'],
    ['7n42DGM5Tflk9n8mt7Fhc8', 'ID_RANGE'],
    ['zzzzzzzzzzzzzzzzzzzzzz', 'ID_RANGE'],
    ['0000000000000000000000', 'accepted'],
    ['2i1KoFfY3auBS745gImbZ', 'ID_LENGTH'],
    ['02i1KoFfY3auBS745gIm-Z', 'ID_CHARACTER'],
  ])('%s: %s', (text, expected) => expect(outcome(() => timeflake().parse(text))).toBe(expected));
});
