import { optionsOf } from './sql.ts';

test.each([
  [['board', 'SELECT 1'], { superuser: false, on: 'postgres', rest: ['board', 'SELECT 1'] }],
  [['--on', 'primary', 'board', 'SELECT 1'], { superuser: false, on: 'postgres', rest: ['board', 'SELECT 1'] }],
  [['--superuser', '--on', 'replica-2', 'board', '-- SQL'], { superuser: true, on: 'replica-2', rest: ['board', '-- SQL'] }],
  [['board', '--on', 'replica-2'], { superuser: false, on: 'postgres', rest: ['board', '--on', 'replica-2'] }],
])('npm run sql -- %j', (args, options) => expect(optionsOf(args)).toEqual(options));

test.each([
  [['--on'], '--on takes primary, replica-1, replica-2.'],
  [['--on', 'kafka'], '--on takes primary, replica-1, replica-2.'],
  [['--loud'], 'There is no option --loud. There are: --superuser, --on SERVER (primary, replica-1, replica-2).'],
])('npm run sql -- %j is refused', (args, message) => expect(() => optionsOf(args)).toThrow(message));
