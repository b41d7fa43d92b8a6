import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { waitUntil } from '../core/wait-until.ts';
import { exists, temporaryDirectory, untilGone } from '../testing/stand-ins.ts';
import { treeOf } from './process-tree.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** A test process that starts a tree of two under a reaper, freezes it, and reports its pids. */
const SCRIPT = `
  import { Supervisor } from '${infraDirectory}/process/supervisor.ts';
  import { startReaper } from '${infraDirectory}/process/reaper.ts';
  const [stateDirectory] = process.argv.slice(-1);
  startReaper(stateDirectory);
  const script = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true }); setInterval(() => {}, 1000)";
  const launch = () => ({ command: process.execPath, args: ['-e', script], env: {} });
  const supervisor = new Supervisor([{ name: 'tree', kind: 'service', dependsOn: [], launch }], { stateDirectory, restart: false });
  await supervisor.start();
  setTimeout(() => void supervisor.process('tree').pause().then(() => console.log(supervisor.process('tree').running.pid)), 500);
`;

test('a test that is killed leaves neither processes, frozen or not, nor its directory', async () => {
  const stateDirectory = join(directory.path, 'state');
  mkdirSync(stateDirectory);
  const tester = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, '--', stateDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [data] = (await once(tester.stdout, 'data')) as [Buffer];
  const tree = treeOf(Number(data.toString()));
  expect(tree).toHaveLength(2);

  tester.kill('SIGKILL');
  await once(tester, 'exit');
  await Promise.all(tree.map(untilGone));
  await waitUntil(
    () => {
      if (existsSync(stateDirectory)) throw new Error('still there');
    },
    { what: 'the directory is gone', timeoutMs: 5_000 },
  );
  expect(tree.some(exists)).toBe(false);
});
