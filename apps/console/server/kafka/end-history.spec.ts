import { EndHistory } from './end-history';

test('a lag in messages becomes one in seconds by when the partition was seen to grow', () => {
  const history = new EndHistory();
  for (const [at, end] of [[1_000, 5n], [2_000, 5n], [3_000, 8n], [4_000, 9n]] as const) history.add(at, [{ topic: 't', partition: 0, end }]);
  expect(history.passedAt('t', 0, 5n)).toBe(3_000);
  expect(history.passedAt('t', 0, 8n)).toBe(4_000);
  expect(history.passedAt('t', 0, 9n)).toBeNull();
  // It was so before anybody looked.
  expect(history.passedAt('t', 0, 2n)).toBeNull();
});
