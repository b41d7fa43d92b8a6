import { hexOf, outcome } from '../../test/outcome';
import { uuidV4, uuidV6, uuidV7 } from '../index';

// RFC 9562, appendices A and B, which print capitals and small letters. All examples with a time are of Tuesday, 2022-02-22 14:22:22.00 GMT-05:00.
const RFC = {
  'A.1, version 1': 'C232AB00-9414-11EC-B3C8-9F6BDECED846',
  'A.2, version 3': '5df41881-3aed-3515-88a7-2f4a814cf09e',
  'A.3, version 4': '919108f7-52d1-4320-9bac-f847db4148a8',
  'A.4, version 5': '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  'A.5, version 6': '1EC9414C-232A-6B00-B3C8-9F6BDECED846',
  'A.6, version 7': '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
  'B.1, version 8': '2489E9AD-2EE2-8E00-8EC9-32D5F69181C0',
  'B.2, version 8': '5c146b14-3c52-8afd-938a-375d0df1fbf6',
  '5.9, nil': '00000000-0000-0000-0000-000000000000',
  '5.10, max': 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
} as const;
const TIME = new Date('2022-02-22T19:22:22.000Z');

describe('RFC 9562', () => {
  it('A.3: version 4', () => {
    const id = uuidV4().parse(RFC['A.3, version 4']);
    expect(uuidV4().explain(id).fields.map(({ value }) => value)).toEqual(['0x919108f752d1', '4', '0x320', '2', '0x1bacf847db4148a8']);
    expect(uuidV4().explain(id).time).toBeNull();
  });

  it('A.5: version 6', () => {
    const id = uuidV6().parseLenient(RFC['A.5, version 6']);
    expect(uuidV6().timestamp(id)).toEqual(TIME);
    const values = uuidV6().explain(id).fields.map(({ value }) => value);
    expect(values).toEqual(['0x1ec9414c', '0x232a', '6', '0xb00', '2', String(0x33c8), '0x9f6bdeced846']);
  });

  it('A.6: version 7', () => {
    const id = uuidV7().parseLenient(RFC['A.6, version 7']);
    expect(uuidV7().timestamp(id)).toEqual(TIME);
    const values = uuidV7().explain(id).fields.map(({ value }) => value);
    expect(values).toEqual([String(0x017f22e279b0), '7', '0xcc3', '2', '0x18c4dc0c0c07398f']);
    expect(hexOf(uuidV7().toBytes(id))).toBe('017f22e279b07cc398c4dc0c0c07398f');
  });

  // The randomness of the appendix, and the versions and variants put over it.
  it('A.3: is made from its random bits', () => {
    // Bytes as words: the pool is read as the machine's own integers.
    const words = Int32Array.of(0x919108f7, 0x52d13320, 0x5bacf847, 0xdb4148a8);
    const seeded = uuidV4({ random: (buffer) => buffer.set(new Uint8Array(words.buffer)) });
    expect(seeded.generate()).toBe(RFC['A.3, version 4']);
  });

  it('A.6: lies between the bounds of its millisecond', () => {
    const id = uuidV7().parseLenient(RFC['A.6, version 7']);
    expect(uuidV7().min(TIME)).toBe('017f22e2-79b0-7000-8000-000000000000');
    expect(uuidV7().max(TIME)).toBe('017f22e2-79b0-7fff-bfff-ffffffffffff');
    expect(uuidV7().compare(uuidV7().min(TIME), id)).toBe(-1);
  });

  const formats = [uuidV4(), uuidV6(), uuidV7()] as const;
  const own: Record<string, string> = { 'A.3, version 4': 'uuidv4', 'A.5, version 6': 'uuidv6', 'A.6, version 7': 'uuidv7' };
  it.each(Object.entries(RFC))('%s: is taken by the format of its version only', (title, text) => {
    for (const format of formats) {
      const expected = own[title] === format.name ? 'accepted' : 'ID_VERSION';
      expect([format.name, outcome(() => format.parse(text.toLowerCase()))]).toEqual([format.name, expected]);
      expect([format.name, outcome(() => format.parseLenient(text))]).toEqual([format.name, expected]);
    }
  });

  // Section 4: hexadecimal digits, 8-4-4-4-12; 4.1: the variant; 4.2: the version.
  it.each([
    ['a capital (only lenient)', '017F22e2-79b0-7cc3-98c4-dc0c0c07398f', 'ID_CHARACTER'],
    ['no hyphens', '017f22e279b07cc398c4dc0c0c07398f', 'ID_LENGTH'],
    ['hyphens in other places', '017f22e-279b0-7cc3-98c4-dc0c0c07398f', 'ID_CHARACTER'],
    ['braces (only lenient)', '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}', 'ID_LENGTH'],
    ['another letter', '017f22e2-79b0-7cc3-98c4-dc0c0c07398g', 'ID_CHARACTER'],
    ['a full-width digit', '017f22e2-79b0-7cc3-98c4-dc0c0c07398１', 'ID_CHARACTER'],
    ['a line end', '017f22e2-79b0-7cc3-98c4-dc0c0c07398\n', 'ID_CHARACTER'],
    ['a line end behind it', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n', 'ID_LENGTH'],
    ['variant 0xxx', '017f22e2-79b0-7cc3-78c4-dc0c0c07398f', 'ID_VARIANT'],
    ['variant 110x', '017f22e2-79b0-7cc3-c8c4-dc0c0c07398f', 'ID_VARIANT'],
    ['variant 111x', '017f22e2-79b0-7cc3-e8c4-dc0c0c07398f', 'ID_VARIANT'],
    ['version 0', '017f22e2-79b0-0cc3-98c4-dc0c0c07398f', 'ID_VERSION'],
    ['version 15', '017f22e2-79b0-fcc3-98c4-dc0c0c07398f', 'ID_VERSION'],
    ['nothing', '', 'ID_LENGTH'],
  ])('refuses %s', (_what, text, expected) => expect(outcome(() => uuidV7().parse(text))).toBe(expected));

  it('takes urn (section 4) and braces leniently', () => {
    expect(uuidV7().parseLenient('urn:uuid:017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
    expect(uuidV7().parseLenient('{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('says what is wrong and what is expected', () => {
    expect(() => uuidV7().parse('c232ab00-9414-11ec-b3c8-9f6bdeced846')).toThrow(
      '"c232ab00-9414-11ec-b3c8-9f6bdeced846" is not a uuidv7: its version is 1. Expected: xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits.',
    );
    expect(outcome(() => uuidV7().parse(7 as unknown as string))).toBe('ID_TYPE');
  });
});
