import fc from 'fast-check';
import type { KafkaRecord } from '../kafka-record';
import { letterId, parseLetterId } from '../letter-id';
import { readLetter, toReplay } from './read-letter';

const origin = { 'dlq-topic': 'orders.v1', 'dlq-partition': '2', 'dlq-offset': '17', 'dlq-group': 'shop' };
const stated = { ...origin, 'dlq-code': 'not-json', 'dlq-cause': 'no', 'dlq-time': '2026-11-24T10:00:00.000Z' };

function record(headers: Record<string, string>, change: Partial<KafkaRecord> = {}): KafkaRecord {
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
  return { topic: 'orders.v1.shop.dlq', partition: 0, offset: '3', key: Buffer.from('k'), value: Buffer.from('v'), headers: bytes, ...change };
}

describe('a letter', () => {
  it('is identified by its origin', () => {
    expect(readLetter(record(stated))).toEqual({
      id: 'orders.v1:2:17:shop', topic: 'orders.v1', partition: 2, offset: '17', group: 'shop',
      code: 'not-json', originKnown: true, cause: 'no', key: 'k', size: expect.any(Number), deadAt: '2026-11-24T10:00:00.000Z', firstDeadAt: '2026-11-24T10:00:00.000Z',
      attempt: 1, replayOf: null, first: { partition: 2, offset: '17' }, place: { topic: 'orders.v1.shop.dlq', partition: 0, offset: '3' },
    });
  });

  it('that fails again keeps place and time of the first, and its headers do not pile up', () => {
    const once = readLetter(record(stated));
    const { headers = {} } = toReplay(once, record({ ...stated, ce_id: 'e' }));
    const again = { ...headers, ...stated, 'dlq-offset': '90', 'dlq-time': '2026-11-30T10:00:00.000Z' } as Record<string, string>;
    const twice = readLetter(record(again));
    expect(twice).toMatchObject({ id: 'orders.v1:2:90:shop', attempt: 2, replayOf: once.id, first: { partition: 2, offset: '17' }, firstDeadAt: once.deadAt });
    const next = toReplay(twice, record(again)).headers;
    expect(next).toMatchObject({ 'replay-of': twice.id, 'replay-first': once.id, 'replay-attempt': '3', 'replay-group': 'shop' });
    expect(Object.keys(next ?? {}).toSorted()).toEqual(['ce_id', 'replay-attempt', 'replay-first', 'replay-first-died', 'replay-group', 'replay-of']);
  });

  it.each([
    ['no headers', {}],
    ['an offset that is none', { ...stated, 'dlq-offset': '-1' }],
    ['a topic that is none', { ...stated, 'dlq-topic': 'a:b' }],
    ['no group', { ...stated, 'dlq-group': '' }],
  ])('with %s is shown, but cannot go back', (_, headers) => {
    expect(readLetter(record(headers))).toMatchObject({ id: 'orders.v1.shop.dlq:0:3:unknown', code: 'unknown-origin', originKnown: false });
  });

  it('does not believe in an earlier life on another topic or of another group', () => {
    const forged = { ...stated, 'replay-of': 'other.v1:0:1:shop', 'replay-first': 'orders.v1:0:1:bank', 'replay-attempt': '9', 'replay-first-died': '2020-01-01T00:00:00.000Z' };
    expect(readLetter(record(forged))).toMatchObject({ attempt: 1, replayOf: null, first: { partition: 2, offset: '17' }, firstDeadAt: '2026-11-24T10:00:00.000Z' });
  });

  it.each([
    [null, null],
    [Buffer.from('키'), '키'],
    [Buffer.from([0xff]), 'base64:/w=='],
    [Buffer.from('x'.repeat(201)), expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
  ])('with the key %p shows %p', (key, shown) => {
    expect(readLetter(record(stated, { key })).key).toEqual(shown);
  });

  it('is read whatever its headers hold', () => {
    const names = fc.constantFrom(...Object.keys(stated), 'replay-of', 'replay-first', 'replay-attempt', 'x');
    const any = fc.dictionary(names, fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(any, fc.option(fc.uint8Array({ maxLength: 300 })), (headers, key) => {
        const letter = readLetter(record({}, { headers, key: key && Buffer.from(key) }));
        expect(parseLetterId(letter.id)).toBeDefined();
        expect(letter.cause.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the id of a letter', () => {
  it('is read back as it was made, whatever the group is called', () => {
    const topic = fc.stringMatching(/^[\w.-]{1,249}$/);
    const offset = fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String);
    const group = fc.string({ minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(fc.record({ topic, partition: fc.nat(), offset, group }), (place) => {
        expect(parseLetterId(letterId(place))).toEqual(place);
      }),
    );
  });

  it.each(['', 'orders', 'orders:1:2', 'a b:1:2:g', 'orders:x:2:g', 'orders:1:-2:g', `orders:1:${'9'.repeat(20)}:g`])('%p is none', (id) => {
    expect(parseLetterId(id)).toBeUndefined();
  });
});
