import '../kafka-client';
import fc from 'fast-check';
import type Encoder from 'kafkajs/src/protocol/encoder';
import request, { type ProduceRequest, type RecordToProduce } from 'kafkajs/src/protocol/requests/produce/v3/request';
import { encodeProduceRequest } from './produce-request';

type Request = (given: ProduceRequest) => { encode: () => Promise<Encoder> };

/** As KafkaJS ships it. */
let original: Request;
beforeAll(() => {
  jest.isolateModules(() => {
    original = jest.requireActual<Request>('kafkajs/src/protocol/requests/produce/v3/request');
  });
  jest.useFakeTimers({ now: 1_795_000_000_123 }); // the time stands in the bytes
});
afterAll(() => jest.useRealTimers());

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 3_000 }));
const content = fc.oneof(bytes, text);
const records = fc.array(
  fc.record({
    key: fc.oneof(content, fc.constant(null)),
    value: fc.oneof(content, fc.constant(null)),
    headers: fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'), fc.oneof(content, fc.array(content, { maxLength: 3 }))),
  }),
  { minLength: 1, maxLength: 80 },
);
const partition = fc.record({ partition: fc.nat(50), firstSequence: fc.nat(2 ** 31 - 1), messages: records });
const requests: fc.Arbitrary<ProduceRequest> = fc.record({
  acks: fc.constant(-1),
  timeout: fc.nat(60_000),
  transactionalId: fc.oneof(fc.constant(null), fc.string({ minLength: 1 })),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
  producerEpoch: fc.nat(2 ** 15 - 1),
  topicData: fc.array(fc.record({ topic: fc.string({ minLength: 1, maxLength: 100 }), partitions: fc.array(partition, { minLength: 1, maxLength: 3 }) }), { maxLength: 3 }),
});

const hexOf = async (encoding: Promise<Encoder>): Promise<string> => (await encoding).buffer.toString('hex');
const one = (message: RecordToProduce, more: Partial<ProduceRequest> = {}): ProduceRequest => ({
  acks: -1,
  timeout: 1_000,
  transactionalId: null,
  producerId: 7n,
  producerEpoch: 0,
  topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 3, messages: [message] }] }],
  ...more,
});

describe('a produce request', () => {
  it('has the same bytes as KafkaJS’s own', async () => {
    const same = fc.asyncProperty(requests, async (given) => {
      expect(encodeProduceRequest(given).toString('hex')).toBe(await hexOf(original(given).encode()));
    });
    await fc.assert(same, { numRuns: 1_000 });
  });

  it('would be found out if one byte of it were different (negative control)', async () => {
    const theirs = await hexOf(original(one({ key: 'a', value: 'b' })).encode());
    const other = encodeProduceRequest(one({ key: 'a', value: 'c' })).toString('hex');
    expect(other).not.toBe(theirs);
    expect(other).toHaveLength(theirs.length);
  });

  it('of KafkaJS is written by this library', async () => {
    const given = one({ key: 'a', value: 'ä'.repeat(100_000) });
    const encoded = await request(given).encode();
    // KafkaJS's own encoder grows by powers of two.
    expect(encoded.buf).toHaveLength(encoded.offset);
    const theirs = await original(given).encode();
    expect(theirs.buf.length).toBeGreaterThan(theirs.offset);
    expect(encoded.buffer.equals(theirs.buffer)).toBe(true);
  });

  it.each([
    ['with a time of its own', one({ key: 'a', value: 'b', timestamp: '1700000000000' })],
    ['that is compressed', one({ key: 'a', value: 'b' }, { compression: 1 })],
  ])('%s is left to KafkaJS', async (_, given) => {
    expect(await hexOf(request(given).encode())).toBe(await hexOf(original(given).encode()));
  });
});
