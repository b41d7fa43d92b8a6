import fc from 'fast-check';
import { type Message, type PartitionerArgs, Partitioners } from 'kafkajs';
import { murmur2, partitionLikeJava } from './partitioner';

const place = (message: Partial<Message>, partitions = 3): PartitionerArgs => ({
  topic: 'topic',
  message: { value: null, ...message },
  partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1, isr: [], replicas: [], partitionErrorCode: 0 })),
});

describe('the partitioner', () => {
  // org.apache.kafka.common.utils.UtilsTest#testMurmur2
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ])('hashes %s as the Java clients do', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('puts every key where KafkaJS’s own would', () => {
    const [ours, theirs] = [partitionLikeJava(), Partitioners.DefaultPartitioner()];
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.uuid(), fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 40 }), (value, partitions) => {
        expect(ours(place({ key: value }, partitions))).toBe(theirs(place({ key: value }, partitions)));
      }),
      { numRuns: 10_000 },
    );
  });

  it('does as the record says, and takes turns where nothing says anything', () => {
    const partition = partitionLikeJava();
    expect(partition(place({ key: 'a', partition: 2 }))).toBe(2);
    expect(() => partition(place({ key: 'a', partition: 3 }))).toThrow('no partition 3');
    expect([1, 2, 3, 4].map(() => partition(place({ key: null })))).toEqual([0, 1, 2, 0]);
  });

  it('chooses once a record: at the next attempt it is where it was, also if the topic has grown meanwhile', () => {
    const partition = partitionLikeJava();
    const messages: Message[] = [{ key: null, value: 'a' }, { key: null, value: 'b' }, { key: 'a-little-bit-long-string', value: 'c' }];
    const attempt = (partitions: number): number[] => messages.map((message) => partition({ ...place({}, partitions), message }));
    const first = attempt(3);
    expect([attempt(3), attempt(8)]).toEqual([first, first]);
  });
});
