import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';

function onlyContainers(environment: NodeJS.ProcessEnv): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [join(infraDirectory, 'test.ts'), '--only', 'containers'], { encoding: 'utf8', env: environment });
}

test.each([
  ['no docker command', { PATH: '/nowhere' }, 'there is no docker command'],
  ['no engine', { PATH: process.env['PATH'], DOCKER_HOST: 'unix:///nowhere.sock' }, 'no Docker engine answers'],
])('npm test with %s counts the step as skipped, and says so in one line', (_, environment, why) => {
  const { status, stdout } = onlyContainers(environment);
  const [line = '', counted, closing, ...rest] = stdout.trimEnd().split('\n');
  expect(line).toMatch(new RegExp(`^skipped containers +.*${why}`));
  expect([counted, closing, rest, status]).toEqual([expect.stringMatching(/^1 of \d+ steps skipped$/), '0 passed, 0 failed', [], 0]);
});
