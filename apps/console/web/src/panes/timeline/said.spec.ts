import { said } from './said';

test('what is not the case goes without saying, but for what a replica cannot see', () => {
  expect(said({ lsn: '0/1', error: false, duplicate: true, key: '', offset: 0, traceId: null })).toEqual([['lsn', '0/1'], ['duplicate', 'true'], ['offset', '0']]);
  expect(said({ visible: false, error: true })).toEqual([['visible', 'false'], ['error', 'true']]);
});
