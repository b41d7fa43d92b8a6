import { decode, fromUuid, InvalidIdError, ksuid, snowflake, timeflake, toUuid, tsid, typeId, ulid, uuidV4, uuidV6, uuidV7 } from './index';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof InvalidIdError ? error.code : error;
  }
  return 'accepted';
};

// RFC 9562, appendix A: all examples are of Tuesday, 2022-02-22 14:22:22.00 GMT-05:00. The RFC prints capitals.
describe('UUID', () => {
  const time = new Date('2022-02-22T19:22:22.000Z');

  it('A.5: version 6', () => {
    const id = uuidV6().parseLenient('1EC9414C-232A-6B00-B3C8-9F6BDECED846');
    expect(uuidV6().timestamp(id)).toEqual(time);
    const values = uuidV6().explain(id).fields.map(({ value }) => value);
    expect(values).toEqual(['0x1ec9414c', '0x232a', '6', '0xb00', '2', String(0x33c8), '0x9f6bdeced846']);
  });

  it('A.6: version 7', () => {
    const id = uuidV7().parseLenient('017F22E2-79B0-7CC3-98C4-DC0C0C07398F');
    expect(uuidV7().timestamp(id)).toEqual(time);
    const values = uuidV7().explain(id).fields.map(({ value }) => value);
    expect(values).toEqual([String(0x017f22e279b0), '7', '0xcc3', '2', '0x18c4dc0c0c07398f']);
  });

  it('A.3: version 4', () => {
    const id = uuidV4().parseLenient('919108f7-52d1-4320-9bac-f847db4148a8');
    expect(uuidV4().explain(id).fields.map(({ value }) => value)).toEqual(['0x919108f752d1', '4', '0x320', '2', '0x1bacf847db4148a8']);
    expect(uuidV4().explain(id).time).toBeNull();
  });

  it.each([
    ['a capital (only lenient)', '017F22e2-79b0-7cc3-98c4-dc0c0c07398f', 'ID_CHARACTER'],
    ['no hyphens', '017f22e279b07cc398c4dc0c0c07398f', 'ID_LENGTH'],
    ['braces (only lenient)', '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}', 'ID_LENGTH'],
    ['another letter', '017f22e2-79b0-7cc3-98c4-dc0c0c07398g', 'ID_CHARACTER'],
    ['a line end', '017f22e2-79b0-7cc3-98c4-dc0c0c07398\n', 'ID_CHARACTER'],
    ['A.1, version 1', 'c232ab00-9414-11ec-b3c8-9f6bdeced846', 'ID_VERSION'],
    ['variant 0', '017f22e2-79b0-7cc3-18c4-dc0c0c07398f', 'ID_VARIANT'],
    ['variant 6', '017f22e2-79b0-7cc3-c8c4-dc0c0c07398f', 'ID_VARIANT'],
    ['nil (5.9)', '00000000-0000-0000-0000-000000000000', 'ID_VERSION'],
    ['max (5.10)', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'ID_VERSION'],
    ['nothing', '', 'ID_LENGTH'],
  ])('refuses %s', (_what, text, expected) => expect(code(() => uuidV7().parse(text))).toBe(expected));

  it('takes urn and braces leniently', () => {
    expect(uuidV7().parseLenient('urn:uuid:017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
    expect(uuidV7().parseLenient('{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}')).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('says what is wrong and what is expected', () => {
    expect(() => uuidV7().parse('c232ab00-9414-11ec-b3c8-9f6bdeced846')).toThrow(
      '"c232ab00-9414-11ec-b3c8-9f6bdeced846" is not a uuidv7: its version is 1. Expected: xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits.',
    );
    expect(code(() => uuidV7().parse(7 as unknown as string))).toBe('ID_TYPE');
  });
});

// github.com/ulid/spec, README
describe('ULID', () => {
  it('reads the first example: 01ARZ3NDEKTSV4RRFFQ69G5FAV is of 1469922850259', () => {
    const id = ulid().parse('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(ulid().timestamp(id).getTime()).toBe(1_469_922_850_259);
    expect(hex(ulid().toBytes(id))).toBe('01563e3ab5d3d6764c61efb99302bd5b');
  });

  it('has the greatest 7ZZZ..., of the last millisecond', () => {
    const id = ulid().parse('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(ulid().timestamp(id).getTime()).toBe(281_474_976_710_655);
    expect(hex(ulid().toBytes(id))).toBe('f'.repeat(32));
  });

  it.each([
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'ID_RANGE'],
    ['80000000000000000000000000', 'ID_RANGE'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FA', 'ID_LENGTH'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAU', 'ID_CHARACTER'],
    ['01arz3ndektsv4rrffq69g5fav', 'ID_CHARACTER'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FA!', 'ID_CHARACTER'],
  ])('refuses %s', (text, expected) => expect(code(() => ulid().parse(text))).toBe(expected));

  it('takes small letters and look-alikes leniently', () => expect(ulid().parseLenient('oiarz3ndektsv4rrffq69g5fav')).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
});

// github.com/segmentio/ksuid, README
describe('KSUID', () => {
  it('reads 0ujtsYcgvSTl8PAuAdqWYSMnLOv', () => {
    const id = ksuid().parse('0ujtsYcgvSTl8PAuAdqWYSMnLOv');
    expect(ksuid().explain(id)).toMatchObject({
      time: '2017-10-10T04:00:47.000Z',
      hex: '0669f7efb5a1cd34b5f99d1154fb6853345c9735',
      fields: [{ value: '107608047' }, { value: '0xb5a1cd34b5f99d1154fb6853345c9735' }],
    });
    expect(ksuid().fromBytes(bytes('0669f7efb5a1cd34b5f99d1154fb6853345c9735'))).toBe(id);
  });

  it('has the greatest aWgEPTl1tmebfsQzFP4bxwgy80V', () => expect(ksuid().fromBytes(new Uint8Array(20).fill(255))).toBe('aWgEPTl1tmebfsQzFP4bxwgy80V'));

  it.each([
    ['a'.repeat(27), 'ID_RANGE'],
    ['aWgEPTl1tmebfsQzFP4bxwgy80W', 'ID_RANGE'],
    ['!'.repeat(27), 'ID_CHARACTER'],
    ['0ujtsYcgvSTl8PAuAdqWYSMnLO', 'ID_LENGTH'],
  ])('refuses %s', (text, expected) => expect(code(() => ksuid().parse(text))).toBe(expected));
});

// github.com/anthonynsimon/timeflake, README
describe('Timeflake', () => {
  it('reads 02i1KoFfY3auBS745gImbZ', () => {
    const id = timeflake().parse('02i1KoFfY3auBS745gImbZ');
    expect(toUuid(timeflake(), id)).toBe('016fa936-bff0-997a-0a3c-428548fee8c9');
    expect(timeflake().timestamp(id).getTime()).toBe(1_579_091_935_216);
    expect(fromUuid(timeflake(), '016FA936-BFF0-997A-0A3C-428548FEE8C9')).toBe(id);
  });

  it.each([
    ['7n42DGM5Tflk9n8mt7Fhc7', 'accepted'],
    ['7n42DGM5Tflk9n8mt7Fhc8', 'ID_RANGE'],
    ['2i1KoFfY3auBS745gImbZ', 'ID_LENGTH'],
    ['02i1KoFfY3auBS745gIm-Z', 'ID_CHARACTER'],
  ])('%s: %s', (text, expected) => expect(code(() => timeflake().parse(text))).toBe(expected));
});

describe('Snowflake', () => {
  // discord.com/developers/docs/reference#snowflakes
  it('reads 175928847299117063 of Discord', () => {
    const discord = snowflake({ preset: 'discord', node: 0 });
    const id = discord.parse('175928847299117063');
    expect(discord.explain(id)).toMatchObject({ time: '2016-04-30T11:18:25.796Z' });
    expect(discord.explain(id).fields.slice(1).map(({ name, value }) => `${name} ${value}`)).toEqual(['worker 1', 'process 0', 'sequence 7']);
  });

  // The scheme of "Sharding & IDs at Instagram": its example of user 31341, 1387263000 s after the epoch, shard 1341, sequence 5001 % 1024.
  it('divides the bits as Instagram does', () => {
    const id = snowflake({ preset: 'instagram', node: 0 }).parse(String((1_387_263_000n << 23n) | (1_341n << 10n) | (5_001n % 1_024n)));
    const values = snowflake({ preset: 'instagram', node: 0 }).explain(id).fields.map(({ value }) => value);
    expect(values).toEqual(['1387263000', '1341', '905']);
  });

  it.each([
    ['9223372036854775807', 'accepted'],
    ['9223372036854775808', 'ID_RANGE'],
    ['018', 'ID_CHARACTER'],
    ['-1', 'ID_CHARACTER'],
    ['1e3', 'ID_CHARACTER'],
    [' 1', 'ID_CHARACTER'],
    ['', 'ID_LENGTH'],
    ['0', 'accepted'],
  ])('%s: %s', (text, expected) => expect(code(() => snowflake({ node: 0 }).parse(text))).toBe(expected));

  it('orders by number', () => {
    const format = snowflake({ node: 0 });
    expect(format.compare(format.parse('9'), format.parse('10'))).toBe(-1);
  });
});

describe('TSID', () => {
  // github.com/f4b6a3/tsid-creator, README: two ids in a row, marked "millisecond changed". (Its numbers are another example than its texts.)
  it('reads the millisecond of 01226N0640J7T and 01226N0693HDA', () => {
    const format = tsid({ node: 0 });
    const [before, after] = ['01226N0640J7T', '01226N0693HDA'].map((text) => format.timestamp(format.parse(text)).getTime());
    expect(after).toBe((before ?? NaN) + 1);
  });

  it.each([
    ['FZZZZZZZZZZZZ', 'accepted'],
    ['G000000000000', 'ID_RANGE'],
    ['01226N0640J7', 'ID_LENGTH'],
    ['01226N0640J7U', 'ID_CHARACTER'],
  ])('%s: %s', (text, expected) => expect(code(() => tsid({ node: 0 }).parse(text))).toBe(expected));
});

// github.com/jetify-com/typeid/blob/main/spec: valid.yml and invalid.yml
describe('TypeID', () => {
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
  ])('%s', (_name, text, prefix, uuid) => {
    const format = typeId({ prefix, anyUuid: true });
    expect(toUuid(format, format.parse(text))).toBe(uuid);
    expect(fromUuid(format, uuid)).toBe(text);
  });

  it.each([
    ['suffix-short', 'prefix_1234567890123456789012345', 'ID_LENGTH'],
    ['suffix-long', 'prefix_123456789012345678901234567', 'ID_LENGTH'],
    ['suffix-spaces', 'prefix_1234567890123456789012345 ', 'ID_CHARACTER'],
    ['suffix-uppercase', 'prefix_0123456789ABCDEFGHJKMNPQRS', 'ID_CHARACTER'],
    ['suffix-hyphens', 'prefix_123456789-123456789-123456', 'ID_CHARACTER'],
    ['suffix-wrong-alphabet', 'prefix_ooooooiiiiiiuuuuuuulllllll', 'ID_CHARACTER'],
    ['suffix-ambiguous-crockford', 'prefix_i23456789ol23456789oi23456', 'ID_CHARACTER'],
    ['suffix-overflow', 'prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz', 'ID_RANGE'],
    ['another prefix', 'other_01h455vb4pex5vsknk084sn02q', 'ID_PREFIX'],
    ['not of version 7', 'prefix_0123456789abcdefghjkmnpqrs', 'ID_VERSION'],
  ])('refuses %s', (_name, text, expected) => expect(code(() => typeId({ prefix: 'prefix' }).parse(text))).toBe(expected));

  it.each(['PREFIX', '12345', 'pre.fix', 'préfix', '  prefix', 'a'.repeat(64), '_prefix', 'prefix_', '_'])('refuses the prefix %p', (prefix) =>
    expect(() => typeId({ prefix })).toThrow('prefix is'));
});

describe('decode', () => {
  const formats = (text: string) => decode(text).map(({ format, preset }) => preset ?? format);

  it('lists every format that a text could be', () => {
    expect(formats(' 175928847299117063 ')).toEqual(['twitter', 'discord', 'instagram']);
    expect(formats('0ujtsYcgvSTl8PAuAdqWYSMnLOv')).toEqual(['ksuid']);
    expect(formats('01h455vb4pex5vsknk084sn02q')).toEqual(['ulid', 'typeid']);
    expect(formats('pre_fix_01h455vb4pex5vsknk084sn02q')).toEqual(['typeid']);
    expect(formats('1234567890123')).toEqual(['tsid', 'twitter', 'discord', 'instagram']);
    expect(formats('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toEqual(['uuidv7']);
    expect(formats('_01h455vb4pex5vsknk084sn02q')).toEqual([]);
    expect(formats('what')).toEqual([]);
  });
});
