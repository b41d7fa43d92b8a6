import { ConsistencyTokens, InvalidTokenError } from './index';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];
const place = { systemId: '7574637123456789012', timeline: 3, lsn: 0x16_b374_d848n };

describe('a token', () => {
  const tokens = new ConsistencyTokens([NEW]);
  const token = tokens.sign(place);

  it('says what was signed', () => {
    expect(token).toMatch(/^v1\.7574637123456789012\.3\.16\/B374D848\.[\w-]{43}$/);
    expect(tokens.verify(token)).toEqual(place);
    expect(tokens.verifyAll(`${token}, ${tokens.sign({ ...place, timeline: 4 })}`)).toEqual([place, { ...place, timeline: 4 }]);
  });

  it.each([
    ['empty', ''],
    ['cut', token.slice(0, -1)],
    ['of another version', token.replace('v1', 'v2')],
    ['with a further place', token.replace('B374D848', 'B374D849')],
    ['of another timeline', token.replace('.3.', '.4.')],
    ['of another system', token.replace('7574637', '7574638')],
    ['with another signature', `${token.slice(0, -43)}${'A'.repeat(43)}`],
    ['of another key', new ConsistencyTokens([OLD]).sign(place)],
    ['with more behind it', `${token}.x`],
    ['on two lines', `${token}\n`],
  ])('that is %s is refused', (_, bad) => {
    expect(() => tokens.verify(bad)).toThrow(InvalidTokenError);
  });

  it('is refused in heaps', () => {
    expect(() => tokens.verifyAll(Array(17).fill(token).join(','))).toThrow(InvalidTokenError);
  });

  it('goes on to hold while keys change, as long as its own is listed', () => {
    const before = new ConsistencyTokens([OLD]).sign(place);
    const during = new ConsistencyTokens([NEW, OLD]);
    expect(during.verify(before)).toEqual(place);
    expect(tokens.verify(during.sign(place))).toEqual(place);
    expect(() => tokens.verify(before)).toThrow(InvalidTokenError);
  });

  it('is not signed with a key that can be guessed', () => {
    expect(() => new ConsistencyTokens(['n'.repeat(31)])).toThrow(RangeError);
    expect(() => new ConsistencyTokens([])).toThrow(RangeError);
  });
});
