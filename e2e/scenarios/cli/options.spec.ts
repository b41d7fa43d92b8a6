import { commandOf, UsageError } from './options.ts';

it('understands what a person types, and what the console does', () => {
  expect(commandOf(['--list'])).toEqual({ do: 'list', json: false });
  expect(commandOf(['replay', 'run.ndjson'])).toEqual({ do: 'replay', file: 'run.ndjson', json: false });
  expect(commandOf(['forged-pass', '--seed', '7', '--runs', '3'])).toEqual({ do: 'play', name: 'forged-pass', seeds: [7, 8, 9], ways: [false], save: undefined, json: false });
  expect(commandOf(['--json', '--name', 'forged-pass', '--seed', '7', '--naive'])).toMatchObject({ name: 'forged-pass', ways: [true], json: true });
  expect(commandOf(['forged-pass', '--compare', '--save', 'f'])).toMatchObject({ ways: [false, true], save: 'f', seeds: [expect.any(Number)] });
});

it.each([[[]], [['replay']], [['replay', 'a', 'b']], [['a', 'b']], [['a', '--seed', 'x']], [['a', '--seed', '0']], [['a', '--runs', '-1']], [['a', '--naive', '--compare']], [['a', '--colour']]])('refuses %j, and says how it goes', (args) => {
  expect(() => commandOf(args)).toThrow(UsageError);
  expect(() => commandOf(args)).toThrow('npm run scenario -- --list');
});
