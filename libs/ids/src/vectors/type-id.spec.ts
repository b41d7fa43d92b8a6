import { outcome } from '../../test/outcome';
import { decode, fromUuid, toUuid, typeId } from '../index';

// github.com/jetify-com/typeid at be8ff0d, spec/valid.yml (version 0.3.0): all entries
describe('valid.yml', () => {
  it.each([
    ['nil', '00000000000000000000000000', '', '00000000-0000-0000-0000-000000000000'],
    ['one', '00000000000000000000000001', '', '00000000-0000-0000-0000-000000000001'],
    ['ten', '0000000000000000000000000a', '', '00000000-0000-0000-0000-00000000000a'],
    ['sixteen', '0000000000000000000000000g', '', '00000000-0000-0000-0000-000000000010'],
    ['thirty-two', '00000000000000000000000010', '', '00000000-0000-0000-0000-000000000020'],
    ['max-valid', '7zzzzzzzzzzzzzzzzzzzzzzzzz', '', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['valid-alphabet', 'prefix_0123456789abcdefghjkmnpqrs', 'prefix', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
    ['valid-uuidv7', 'prefix_01h455vb4pex5vsknk084sn02q', 'prefix', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['prefix-underscore', 'pre_fix_00000000000000000000000000', 'pre_fix', '00000000-0000-0000-0000-000000000000'],
  ])('%s', (name, text, prefix, uuid) => {
    const format = typeId({ prefix, anyUuid: true });
    expect(toUuid(format, format.parse(text))).toBe(uuid);
    expect(fromUuid(format, uuid)).toBe(text);
    expect(decode(text).map(({ format: found }) => found)).toContain('typeid');
    // Where only what can be made is to be read:
    expect(outcome(() => typeId({ prefix }).parse(text))).toBe(name === 'valid-uuidv7' ? 'accepted' : 'ID_VERSION');
  });
});

// spec/invalid.yml (version 0.3.0): all entries
const INVALID: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['prefix-uppercase', 'PREFIX_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-numeric', '12345_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-period', 'pre.fix_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-non-ascii', 'préfix_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-spaces', '  prefix_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-64-chars', 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl_00000000000000000000000000', 'ID_OPTION'],
  ['separator-empty-prefix', '_00000000000000000000000000', 'ID_LENGTH'],
  ['separator-empty', '_', 'ID_LENGTH'],
  ['suffix-short', 'prefix_1234567890123456789012345', 'ID_LENGTH'],
  ['suffix-long', 'prefix_123456789012345678901234567', 'ID_LENGTH'],
  ['suffix-spaces', 'prefix_1234567890123456789012345 ', 'ID_CHARACTER'],
  ['suffix-uppercase', 'prefix_0123456789ABCDEFGHJKMNPQRS', 'ID_CHARACTER'],
  ['suffix-hyphens', 'prefix_123456789-123456789-123456', 'ID_CHARACTER'],
  ['suffix-wrong-alphabet', 'prefix_ooooooiiiiiiuuuuuuulllllll', 'ID_CHARACTER'],
  ['suffix-ambiguous-crockford', 'prefix_i23456789ol23456789oi23456', 'ID_CHARACTER'],
  ['suffix-hyphens-crockford', 'prefix_123456789-0123456789-0123456', 'ID_LENGTH'],
  ['suffix-overflow', 'prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz', 'ID_RANGE'],
  ['prefix-underscore-start', '_prefix_00000000000000000000000000', 'ID_OPTION'],
  ['prefix-underscore-end', 'prefix__00000000000000000000000000', 'ID_OPTION'],
  ['empty', '', 'ID_LENGTH'],
  ['prefix-empty', 'prefix_', 'ID_LENGTH'],
];

describe('invalid.yml', () => {
  it.each(INVALID)('%s', (_name, text, expected) => {
    const separator = text.lastIndexOf('_');
    const prefix = text.slice(0, Math.max(separator, 0));
    // Even where each UUID is allowed; the format of an impossible prefix cannot be made.
    expect(outcome(() => typeId({ prefix, anyUuid: true }).parse(text))).toBe(expected);
    for (const other of ['prefix', '']) {
      const format = typeId({ prefix: other, anyUuid: true });
      expect(format.is(text)).toBe(false);
      expect(outcome(() => format.parseLenient(text))).toMatch(/^ID_/);
    }
  });

  // `decode` cuts off what stands around a pasted id, so the entry that is invalid for the spaces in front is for `parse` alone.
  it.each(INVALID.filter(([name]) => name !== 'prefix-spaces'))('%s is nothing that decode reads as a TypeID', (_name, text) => {
    expect(decode(text).map(({ format }) => format)).not.toContain('typeid');
  });
});

describe('a TypeID of another prefix or version', () => {
  it.each([
    ['another prefix', 'other_01h455vb4pex5vsknk084sn02q', 'ID_PREFIX'],
    ['no prefix', '01h455vb4pex5vsknk084sn02q', 'ID_PREFIX'],
    ['not of version 7', 'prefix_0123456789abcdefghjkmnpqrs', 'ID_VERSION'],
  ])('is refused: %s', (_name, text, expected) => expect(outcome(() => typeId({ prefix: 'prefix' }).parse(text))).toBe(expected));

  it.each(['_', '_a', 'a_', 'a'.repeat(64), 'a-b', 'a b', 'a\n'])('has not the prefix %p', (prefix) => expect(() => typeId({ prefix })).toThrow('prefix is'));
});
