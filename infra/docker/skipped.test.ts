import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { temporaryDirectory } from '../testing/stand-ins.ts';

function onlyContainers(environment: NodeJS.ProcessEnv): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [join(infraDirectory, 'test.ts'), '--only', 'containers'], { encoding: 'utf8', env: environment });
}

const deaf = temporaryDirectory();
writeFileSync(join(deaf.path, 'docker'), '#!/bin/sh\necho nobody is there >&2\nexit 1\n', { mode: 0o755 });
afterAll(() => deaf.remove());

test.each([
  ['no docker command', { PATH: '/nowhere' }, 'there is no docker command'],
  ['no engine', { PATH: deaf.path }, 'no Docker engine answers \\(nobody is there\\)'],
])('npm test with %s counts the step as skipped, and says so in one line', (_, environment, why) => {
  const { status, stdout } = onlyContainers(environment);
  const [line = '', counted, closing, ...rest] = stdout.trimEnd().split('\n');
  expect(line).toMatch(new RegExp(`^skipped containers +.*${why}`));
  expect([counted, closing, rest, status]).toEqual([expect.stringMatching(/^1 of \d+ steps skipped$/), '0 passed, 0 failed', [], 0]);
});

test('npm test where an engine was promised, and is not there, has failed', () => {
  const { status, stdout } = onlyContainers({ PATH: deaf.path, MADANG_ENGINE: 'promised' });
  expect(stdout).toMatch(/^FAILED +containers/m);
  expect([stdout.trimEnd().split('\n').at(-1), status]).toEqual(['0 passed, 1 failed', 1]);
});

test('npm test that has to be over breaks off what runs, and tells the result', () => {
  const { status, stdout } = onlyContainers({ PATH: deaf.path, MADANG_ENGINE: 'promised', MADANG_END_BY: String(Math.floor(Date.now() / 1_000)) });
  expect(stdout).toMatch(/^skipped containers +.*too late/m);
  expect([stdout.trimEnd().split('\n').at(-1), status]).toEqual(['0 passed, 0 failed', 0]);
});
