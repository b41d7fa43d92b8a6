import { cdcEngineFrom, checkCommonSettings, DEFAULT_PORTS, portsFrom } from './settings.ts';

test('ports come from the environment, else from the defaults', () => {
  expect(portsFrom({})).toEqual(DEFAULT_PORTS);
  expect(portsFrom({ MEMBER_PORT: '9101' })).toEqual({ ...DEFAULT_PORTS, MEMBER_PORT: 9101 });
});

test.each(['', '0', '65536', 'abc', '80a', '-1', '1.5', ' 80'])('%p is no port, and its variable is named', (text) => {
  expect(() => portsFrom({ KAFKA_PORT: text })).toThrow('KAFKA_PORT must be a port from 1 to 65535');
});

test('two variables with the same port are named', () => {
  expect(() => portsFrom({ MEMBER_PORT: '8102' })).toThrow('MEMBER_PORT and BOARD_PORT are both 8102.');
});

test.each([
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error,'],
  [{ LOG_LEVEL: '' }, 'LOG_LEVEL must be one of'],
  [{ RATE_LIMIT_PER_SECOND: '0' }, 'RATE_LIMIT_PER_SECOND must be a whole number'],
  [{ RATE_LIMIT_PER_SECOND: 'many' }, 'RATE_LIMIT_PER_SECOND must be a whole number'],
])('%p is refused before anything starts', (environment, message) => {
  expect(() => checkCommonSettings(environment)).toThrow(message);
});

test('what the services take is taken', () => {
  expect(() => checkCommonSettings({ LOG_LEVEL: 'silent', RATE_LIMIT_PER_SECOND: '1000000' })).not.toThrow();
});

test('the engine of change data capture is one that there is', () => {
  expect(cdcEngineFrom({})).toBe('embedded');
  expect(cdcEngineFrom({ CDC_ENGINE: 'debezium' })).toBe('debezium');
  expect(() => cdcEngineFrom({ CDC_ENGINE: 'debezum' })).toThrow('CDC_ENGINE (or --cdc) must be embedded or debezium.');
});
