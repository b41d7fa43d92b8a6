import { checkEnvFile } from './env-file.ts';

test('settings, and whatever begins with a service’s name, may stand in .env', () => {
  expect(() => checkEnvFile({ BOARD_PORT: '1', SANDBOX_DIRECTORY: '/x', LOG_LEVEL: 'info', MEMBER_ANYTHING: 'x', CDC_BATCH: '1' })).not.toThrow();
});

test('what nothing reads is refused, with the name that was probably meant', () => {
  expect(() => checkEnvFile({ BORD_PORT: '1', BOARD_PORT: '2' })).toThrow(/^\.env: BORD_PORT is not a setting \(BOARD_PORT\?\)$/);
  expect(() => checkEnvFile({ BOARD_PROT: '1' })).toThrow('.env: BOARD_PROT is not a setting (BOARD_PORT?)');
  expect(() => checkEnvFile({ LOGLEVEL: 'x', FAVOURITE_COLOUR: 'x' })).toThrow(
    '.env: LOGLEVEL is not a setting (LOG_LEVEL?)\n.env: FAVOURITE_COLOUR is not a setting; .env.example lists them',
  );
});
