import { hexOf, outcome } from '../../test/outcome';
import { ulid } from '../index';

// github.com/ulid/spec, README.md at d0c7170
describe('ulid/spec', () => {
  it('components: 01AN4Z07BY is the time, 79KA1307SR9X4MV3 the randomness', () => {
    const id = ulid().parse('01AN4Z07BY79KA1307SR9X4MV3');
    expect(ulid().explain(id).fields).toMatchObject([{ value: '1465824320894', bits: 48 }, { value: '0x3a66a08c07ce13d25363', bits: 80 }]);
    expect(hexOf(ulid().toBytes(id))).toBe('015549f01d7e3a66a08c07ce13d25363');
  });

  it('opens with 01ARZ3NDEKTSV4RRFFQ69G5FAV', () => {
    const id = ulid().parse('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(ulid().timestamp(id).getTime()).toBe(1_469_922_850_259);
    expect(hexOf(ulid().toBytes(id))).toBe('01563e3ab5d3d6764c61efb99302bd5b');
  });

  it('the greatest is 7ZZZZZZZZZZZZZZZZZZZZZZZZZ, of 281474976710655', () => {
    const id = ulid().parse('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(ulid().timestamp(id).getTime()).toBe(281_474_976_710_655);
    expect(hexOf(ulid().toBytes(id))).toBe('f'.repeat(32));
  });

  // "Any attempt to decode or encode a ULID larger than this should be rejected"; the alphabet is without I, L, O and U.
  it.each([
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'ID_RANGE'],
    ['80000000000000000000000000', 'ID_RANGE'],
    ['ZZZZZZZZZZZZZZZZZZZZZZZZZZ', 'ID_RANGE'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FA', 'ID_LENGTH'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAVV', 'ID_LENGTH'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAI', 'ID_CHARACTER'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAL', 'ID_CHARACTER'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAO', 'ID_CHARACTER'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAU', 'ID_CHARACTER'],
    ['01arz3ndektsv4rrffq69g5fav', 'ID_CHARACTER'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FA!', 'ID_CHARACTER'],
  ])('refuses %s', (text, expected) => expect(outcome(() => ulid().parse(text))).toBe(expected));

  // Its reader follows Crockford (crockford.com/base32.html); U stays refused.
  it('takes small letters and look-alikes leniently', () => {
    expect(ulid().parseLenient('oiarz3ndektsv4rrffq69g5fav')).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(ulid().parseLenient('0larz3ndektsv4rrffq69g5fav')).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(outcome(() => ulid().parseLenient('01arz3ndektsv4rrffq69g5fau'))).toBe('ID_CHARACTER');
  });

  // 01BX5ZZKBKACTAV9WEVGEMMVRZ + 1 and the overflow at ...ZZZ: clock/ticker.spec.ts.
});
