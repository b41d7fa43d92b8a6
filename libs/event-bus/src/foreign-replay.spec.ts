import { isForeignReplay } from './foreign-replay';
import type { KafkaRecord } from './kafka-record';

const record = (headers: Record<string, string>): KafkaRecord => ({
  topic: 'orders.v1', partition: 2, offset: '9', key: null, value: null, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
});

it.each([
  [{}, false],
  [{ 'replay-group': 'board' }, false],
  [{ 'replay-group': 'board', 'replay-of': 'orders.v1:2:7:board' }, false],
  [{ 'replay-group': 'chat', 'replay-of': 'orders.v1:2:7:chat' }, true],
  [{ 'Replay-Group': 'chat', 'replay-of': 'orders.v1:2:7:chat' }, false],
])('a record with %j is for another group than board: %p', (headers, foreign) => {
  expect(isForeignReplay(record(headers), 'board')).toBe(foreign);
});

it.each([
  [{ 'replay-group': 'chat' }],
  [{ 'replay-group': '' }],
  [{ 'replay-group': 'chat', 'replay-of': 'an earlier life' }],
  [{ 'replay-group': 'chat', 'replay-of': 'orders.v1:2:7:shop' }],
  [{ 'replay-group': 'chat', 'replay-of': 'orders.v1:1:7:chat' }],
  [{ 'replay-group': 'chat', 'replay-of': 'orders.v2:2:7:chat' }],
])('a record with %j is no replay that could have been made, so nobody skips it', (headers) => {
  expect(isForeignReplay(record(headers), 'board')).toBe(false);
});
