import { parseLogLine } from './log-entry';

it('reads what a service says, and leaves alone what others write', () => {
  expect(parseLogLine('{"level":"warn","time":"2026-11-28T15:11:36.595Z","traceId":"ab","context":"C","msg":"m"}')).toEqual({ time: '2026-11-28T15:11:36.595Z', level: 'warn', context: 'C', message: 'm', traceId: 'ab' });
  expect(parseLogLine('2026-11-28 15:11:36 UTC [1] ERROR:  no such table')).toEqual({ time: null, level: 'error', context: null, message: '2026-11-28 15:11:36 UTC [1] ERROR:  no such table', traceId: null });
  expect(parseLogLine('{"cut')).toMatchObject({ message: '{"cut', level: 'info' });
  expect(parseLogLine('{"level":30,"msg":"as numbers"}')).toMatchObject({ level: 'info', message: 'as numbers' });
});
