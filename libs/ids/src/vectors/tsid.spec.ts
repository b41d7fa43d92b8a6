import { hexOf, outcome } from '../../test/outcome';
import { tsid } from '../index';

const format = tsid({ node: 0 });
const numberOf = (text: string) => BigInt(`0x${hexOf(format.toBytes(format.parse(text)))}`);
const textOf = (number: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return format.fromBytes(new Uint8Array(bytes));
};

// github.com/f4b6a3/tsid-creator at a28f536
describe('f4b6a3/tsid-creator', () => {
  it.each([
    ['FZZZZZZZZZZZZ', 0xffffffffffffffffn],
    ['000000000000A', 10n],
    ['0000000000000', 0n],
  ])('TsidTest.java, testFromString2 and testToString2: %s is %d', (text, number) => {
    expect(numberOf(text)).toBe(number);
    expect(textOf(number)).toBe(text);
  });

  it('README.md: 0123456789ABC is of 2020-04-15T22:31:02.458Z', () => {
    expect(format.timestamp(format.parse('0123456789ABC'))).toEqual(new Date('2020-04-15T22:31:02.458Z'));
  });

  // Its texts and its numbers are two examples, not one: the texts end in 7K, the numbers in MZK.
  it('README.md: the texts around "millisecond changed"', () => {
    const times = ['01226N0640J7K', '01226N0640J7T', '01226N0693HDA', '01226N0693HDH'].map((text) => format.timestamp(format.parse(text)).getTime());
    expect(times.map((time) => time - (times[0] ?? NaN))).toEqual([0, 0, 1, 1]);
    expect(numberOf('01226N0640J7T') - numberOf('01226N0640J7K')).toBe(7n);
  });

  it('README.md: the numbers around "millisecond changed"', () => {
    const times = [38352658567418867n, 38352658567418874n, 38352658573940759n].map((number) => format.timestamp(textOf(number)).getTime());
    expect(times.map((time) => time - (times[0] ?? NaN))).toEqual([0, 0, 1]);
  });

  // There, small letters and look-alikes are valid; here they are so for `parseLenient`.
  it.each([
    ['', 'ID_LENGTH', 'ID_LENGTH'],
    ['0123456789ABC', 'accepted', 'accepted'],
    ['0123456789abc', 'ID_CHARACTER', 'accepted'],
    ['0123456789AbC', 'ID_CHARACTER', 'accepted'],
    ['0123456789AB', 'ID_LENGTH', 'ID_LENGTH'],
    ['0123456789ABCC', 'ID_LENGTH', 'ID_LENGTH'],
    ['0123456789ABi', 'ID_CHARACTER', 'accepted'],
    ['0123456789ABl', 'ID_CHARACTER', 'accepted'],
    ['0123456789ABo', 'ID_CHARACTER', 'accepted'],
    ['0123456789ABu', 'ID_CHARACTER', 'ID_CHARACTER'],
    ['0123456789AB#', 'ID_CHARACTER', 'ID_CHARACTER'],
    ['0123456789AB\u3617', 'ID_CHARACTER', 'ID_CHARACTER'],
    ['G000000000000', 'ID_RANGE', 'ID_RANGE'],
  ])('TsidTest.java, testIsValid and testFromString2: %p is %s, leniently %s', (text, strict, lenient) => {
    expect([outcome(() => format.parse(text)), outcome(() => format.parseLenient(text))]).toEqual([strict, lenient]);
  });
});
