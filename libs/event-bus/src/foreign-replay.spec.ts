import { isForeignReplay } from './foreign-replay';
import type { KafkaRecord } from './kafka-record';

const record = (headers: Record<string, string>): KafkaRecord => ({
  topic: 't', partition: 0, offset: '0', key: null, value: null, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
});

it.each([
  [{}, false],
  [{ 'replay-group': 'board' }, false],
  [{ 'replay-group': 'chat' }, true],
  [{ 'replay-group': '' }, true],
  [{ 'Replay-Group': 'chat' }, false],
])('a record with %j is for another group than board: %p', (headers, foreign) => {
  expect(isForeignReplay(record(headers), 'board')).toBe(foreign);
});
