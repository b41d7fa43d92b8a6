import fc from 'fast-check';
import {
  idSchema, ksuid, snowflake, timeflake, tsid, typeId, ulid, uuidV4, uuidV6, uuidV7, type IdFormat,
} from './index';

const RUNS = 10_000;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_'.split('');
const node = 1;
const FORMATS: Record<string, IdFormat<string>> = {
  uuidv4: uuidV4(),
  uuidv6: uuidV6(),
  uuidv7: uuidV7(),
  ulid: ulid(),
  ksuid: ksuid(),
  timeflake: timeflake(),
  typeid: typeId({ prefix: 'member' }),
  'typeid without a prefix': typeId({ prefix: '' }),
  'typeid of any uuid': typeId({ prefix: 'a_b', anyUuid: true }),
  twitter: snowflake({ node }),
  discord: snowflake({ node, preset: 'discord' }),
  'a small snowflake': snowflake({ node, epoch: Date.UTC(2200, 0, 1), layout: { timeBits: 2, node: [{ name: 'node', bits: 1 }], sequenceBits: 4 } }),
  'a tiny snowflake': snowflake({ node: 0, epoch: 0, layout: { timeBits: 1, node: [], sequenceBits: 1 } }),
  tsid: tsid({ node }),
};

describe.each(Object.entries(FORMATS))('the schema of %s', (_name, format) => {
  const schema = idSchema(format);
  const pattern = new RegExp(schema.pattern, 'u');

  it('has an example that is one', () => {
    expect(format.is(schema.example)).toBe(true);
    expect(idSchema(format)).toEqual(schema);
  });

  // As near to the greatest as can be: that is where a bound that is wrong shows.
  const greatest = greatestOf(format);

  it('takes each character where parse takes it', () => {
    for (const id of [greatest, schema.example]) {
      for (let at = 0; at < id.length; at++) {
        for (const put of ALPHABET) {
          const text = id.slice(0, at) + put + id.slice(at + 1);
          if (pattern.test(text) !== format.is(text)) throw new Error(`${text}: parse ${format.is(text)}`);
        }
      }
    }
    expect([pattern.test(greatest), pattern.test(`${greatest}\n`), pattern.test(` ${greatest}`)]).toEqual([true, false, false]);
  });

  it('takes what parse takes, and nothing else', () => {
    const length = schema.maxLength;
    const bytes = fc.uint8Array({ minLength: format.byteLength, maxLength: format.byteLength });
    const near = [greatest, schema.example].flatMap((id) => Array.from({ length: 3 }, () => id));
    const changed = fc
      .tuple(fc.constantFrom(...near), fc.array(fc.tuple(fc.nat(length), fc.constantFrom('', ...ALPHABET, '\n', ' ', 'é')), { maxLength: 2 }))
      .map(([id, changes]) => changes.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at + 1), id));
    const texts = fc.oneof(
      changed,
      fc.array(fc.constantFrom(...ALPHABET), { minLength: schema.minLength, maxLength: length }).map((characters) => characters.join('')),
      fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
      fc.nat(200).map(String),
      fc.string({ unit: 'binary', maxLength: 40 }),
      bytes.map((value) => attempt(() => format.fromBytes(value)) ?? ''),
    );
    let [taken, refused] = [0, 0];
    const check = fc.check(
      fc.property(texts, (text) => {
        const parsed = format.is(text);
        if (pattern.test(text) !== parsed) throw new Error(`${text}: parse ${parsed}`);
        if (parsed && (text.length < schema.minLength || text.length > schema.maxLength)) throw new Error(`length of ${text}`);
        if (parsed) taken++;
        else refused++;
      }),
      { numRuns: RUNS },
    );
    expect(fc.defaultReportMessage(check)).toBeUndefined();
    expect(Math.min(taken, refused)).toBeGreaterThan(RUNS / 100);
  });
});

it('reads as OpenAPI', () => {
  expect(idSchema(uuidV7())).toEqual({
    type: 'string',
    format: 'uuid',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    minLength: 36,
    maxLength: 36,
    example: '019b76da-a800-7f26-8d34-b7c9e1f05a62',
    description: 'uuidv7: xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits',
  });
  expect(idSchema(typeId({ prefix: 'member' }))).toMatchObject({ format: 'typeid', minLength: 33, pattern: expect.stringMatching(/^\^member_\[0-7\]/) });
  expect(idSchema(ulid()).pattern).toBe('^[0-7][0-9A-HJKMNP-TV-Z]{25}$');
  expect(idSchema(snowflake({ node }))).toMatchObject({ format: 'snowflake', minLength: 1, maxLength: 19 });
});

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** By bits, from the first on: each that may be set is. */
function greatestOf(format: IdFormat<string>): string {
  const bytes = new Uint8Array(format.byteLength);
  const start = format.toBytes(idSchema(format).example);
  bytes.set(start);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const at = bit >> 3;
    const before = bytes[at] as number;
    bytes[at] = before | (0x80 >> (bit & 7));
    if (!attempt(() => format.fromBytes(bytes))) bytes[at] = before;
  }
  return format.fromBytes(bytes);
}
