import * as fc from 'fast-check';
import { UnsupportedColumnError } from '../errors';
import type { Relation, RowAdded } from '../row-added';
import { encodeRowAdded, rowAddedTopic } from './encode-row-added';

const OUTBOX: Relation = {
  database: 'member',
  schema: 'public',
  table: 'outbox',
  columns: [
    { name: 'id', typeOid: 2950 },
    { name: 'aggregatetype', typeOid: 25 },
    { name: 'aggregateid', typeOid: 25 },
    { name: 'aggregateversion', typeOid: 20 },
    { name: 'schemaversion', typeOid: 23 },
    { name: 'payload', typeOid: 3802 },
    { name: 'replayed', typeOid: 16 },
    { name: 'traceparent', typeOid: 25 },
    { name: 'createdat', typeOid: 1184 },
  ],
};
const VALUES = [
  '01936f2e-0000-7000-8000-000000000001',
  'member',
  'm-1',
  '9007199254740993',
  '1',
  '{"nick": "마당 \\"q\\" \\\\ \\n"}',
  'f',
  null,
  '2026-11-23 06:20:21.1234+00',
];

function row(values: readonly (string | null)[] = VALUES, relation = OUTBOX): RowAdded {
  const transaction = { xid: 754, commitTimeUs: 1_795_416_646_641_034, previousCommitLsn: 28_871_000n };
  return { relation, transaction, lsn: 28_871_272n, values };
}

function withValue(column: string, value: string | null): RowAdded {
  return row(VALUES.map((old, index) => (OUTBOX.columns[index]?.name === column ? value : old)));
}

describe('encodeRowAdded', () => {
  it("writes Debezium's envelope, field for field and in its order", () => {
    const { topic, key, value } = encodeRowAdded(row());
    expect(topic).toBe('cdc.member.public.outbox');
    expect(key).toBe('m-1');
    const now = /"ts_ms":(?<ms>\d{13}),"ts_us":\k<ms>000,"ts_ns":\k<ms>000000}$/.exec(value)?.groups?.['ms'] ?? '';
    expect(Math.abs(Number(now) - Date.now())).toBeLessThan(10_000);
    expect(value.replaceAll(now, 'NOW')).toBe(
      '{"before":null,"after":{"id":"01936f2e-0000-7000-8000-000000000001","aggregatetype":"member","aggregateid":"m-1",' +
        '"aggregateversion":9007199254740993,"schemaversion":1,' +
        '"payload":"{\\"nick\\": \\"마당 \\\\\\"q\\\\\\" \\\\\\\\ \\\\n\\"}","replayed":false,"traceparent":null,' +
        '"createdat":"2026-11-23T06:20:21.123400Z"},' +
        '"source":{"version":"0.1.0","connector":"postgresql","name":"cdc.member","ts_ms":1795416646641,"snapshot":"false",' +
        '"db":"member","sequence":"[\\"28871000\\",\\"28871272\\"]","ts_us":1795416646641034,"ts_ns":1795416646641034000,' +
        '"schema":"public","table":"outbox","txId":754,"lsn":28871272,"xmin":null,"origin":null,"origin_lsn":null},' +
        '"transaction":null,"op":"c","ts_ms":NOW,"ts_us":NOW000,"ts_ns":NOW000000}',
    );
  });

  it('says null where no commit was read before', () => {
    const first = { ...row(), transaction: { xid: 1, commitTimeUs: 1_000_000, previousCommitLsn: null } };
    expect(JSON.parse(encodeRowAdded(first).value)).toMatchObject({ source: { sequence: '[null,"28871272"]' } });
  });

  it('keeps any text and any key intact, and is always JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (id, payload) => {
        const values = [...VALUES];
        values[2] = id;
        values[5] = payload;
        const { key, value } = encodeRowAdded(row(values));
        expect(key).toBe(id);
        expect(JSON.parse(value)).toMatchObject({ after: { aggregateid: id, payload } });
      }),
      { numRuns: 10_000 },
    );
  });

  it('escapes what Jackson escapes, as Jackson does', () => {
    const { value } = encodeRowAdded(withValue('traceparent', 'é마\u2028 \u{1f600} \u0001\u001f\t "\\u001f"'));
    expect(value).toContain(String.raw`"traceparent":"é마${'\u2028'} \uD83D\uDE00 \u0001\u001F\t \"\\u001f\""`);
  });

  it.each([
    ['2026-11-23 06:20:21.123456+00', '2026-11-23T06:20:21.123456Z'],
    ['2026-11-23 06:20:21.12+00', '2026-11-23T06:20:21.120000Z'],
    ['2026-11-23 06:20:00+00', '2026-11-23T06:20:00.000000Z'],
    ['12026-01-01 00:00:00+00', '+12026-01-01T00:00:00.000000Z'],
    ['0001-12-31 23:59:59+00 BC', '0000-12-31T23:59:59.000000Z'],
    ['0044-03-15 01:02:03.5+00 BC', '-0043-03-15T01:02:03.500000Z'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
  ])('writes the time %s as %s', (text, expected) => {
    expect(JSON.parse(encodeRowAdded(withValue('createdat', text)).value)).toMatchObject({ after: { createdat: expected } });
  });

  it.each(['23.11.2026 06:20:21 UTC', '2026-11-23 06:20:21+01', '2026-11-23 06:20:21.123456'])(
    'refuses the time %s rather than to write another one',
    (text) => {
      expect(() => encodeRowAdded(withValue('createdat', text))).toThrow(UnsupportedColumnError);
    },
  );

  it('refuses a type without an agreed form, and a table or row without a key', () => {
    const numeric = { ...OUTBOX, columns: [...OUTBOX.columns, { name: 'price', typeOid: 1700 }] };
    expect(() => encodeRowAdded(row([...VALUES, '1.5'], numeric))).toThrow('Column "price"');
    const keyless = { ...OUTBOX, columns: OUTBOX.columns.slice(0, 2) };
    expect(() => encodeRowAdded(row(VALUES.slice(0, 2), keyless))).toThrow('no column aggregateid');
    expect(() => encodeRowAdded(withValue('aggregateid', null))).toThrow('has no aggregateid');
  });
});

describe('rowAddedTopic', () => {
  it('is where the rows go', () => {
    expect(rowAddedTopic('member')).toBe(encodeRowAdded(row()).topic);
  });
});
