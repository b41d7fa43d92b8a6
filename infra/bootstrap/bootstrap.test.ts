import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { temporaryDirectory } from '../testing/stand-ins.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The bootstrap with a state directory of its own; never gets as far as installing. */
function bootstrap(args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  const env = { PATH: process.env['PATH'] ?? '', SANDBOX_DIRECTORY: directory.path, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(infraDirectory, 'bootstrap.mjs'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
    });
  });
}

test('--help explains a command and does nothing', async () => {
  const { code, stdout } = await bootstrap(['start', '--help']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Installs and builds what changed, starts everything on 127.0.0.1') });
});

test('an unknown command is an error that lists the known ones', async () => {
  const { code, stderr } = await bootstrap(['frob']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is no command "frob"\.[\s\S]*npm run logs/);
});

test.each([
  [['start', 'bogus'], 'bogus'],
  [['status', '--jsn'], '--jsn'],
  [['logs', 'member', 'board'], 'board'],
  [['test', 'unit'], 'unit'],
  [['restart', '--al'], '--al'],
  [['dead-letters', 'list', '--sate', 'open'], '--sate'],
  [['dead-letters', 'show', 'a', 'b'], 'b'],
])('%p: an argument that means nothing is refused before anything is done', async (args, unknown) => {
  await expect(bootstrap(args)).resolves.toEqual({ code: 1, stdout: '', stderr: `Unknown argument: ${unknown}\n` });
});

test('sql names the databases, wants quotes, and says when nothing runs', async () => {
  await expect(bootstrap(['sql', 'member', 'SELECT', '1'])).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('The SQL goes into quotes') });
  await expect(bootstrap(['sql', 'bord', 'SELECT 1'])).resolves.toMatchObject({ code: 1, stderr: 'There is no database "bord". There are: member, board, chat, moderator, queue\n' });
  await expect(bootstrap(['sql', 'board', 'SELECT 1'])).resolves.toMatchObject({ code: 1, stderr: 'The sandbox does not run. npm start starts it.\n' });
});

test('reconcile names the databases, and says when nothing runs', async () => {
  await expect(bootstrap(['reconcile'])).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('Which database?') });
  await expect(bootstrap(['reconcile', 'bord'])).resolves.toMatchObject({ code: 1, stderr: 'There is no database "bord". There are: member, board, chat, moderator\n' });
  await expect(bootstrap(['reconcile', 'board', '--force'])).resolves.toMatchObject({ code: 1, stderr: 'The sandbox does not run. npm start starts it.\n' });
});

test('start without the two dashes is refused, since npm keeps the flag to itself', async () => {
  await expect(bootstrap(['start'], { npm_config_cdc: 'debezium' })).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start -- --cdc debezium') });
  await expect(bootstrap(['start'], { npm_config_docker: 'true' })).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start -- --docker') });
});

test('what is missing is named, all of it in one message', async () => {
  const bin = join(directory.path, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  const { code, stderr } = await bootstrap(['start'], { PATH: bin });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The sandbox needs, and did not find:\n {2}- a JDK, 17 or newer/);
});

test('without a JDK, and with Docker, everything starts in containers', async () => {
  const bin = join(directory.path, 'bin-with-docker');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\n[ "$1" = version ]\n', { mode: 0o755 }); // an engine, but no compose: the start ends there
  const { code, stdout, stderr } = await bootstrap(['start'], { PATH: bin });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^Not found here: a JDK, 17 or newer.*Docker runs: everything starts in containers\.$/m),
    stderr: 'Everything in containers needs Docker: there is neither docker compose nor docker-compose.\n',
  });
});

test('status and stop say that nothing runs; reset, that there is nothing to delete', async () => {
  await expect(bootstrap(['status'])).resolves.toMatchObject({ code: 1, stdout: 'The sandbox does not run. npm start starts it.\n' });
  await expect(bootstrap(['stop'])).resolves.toMatchObject({ code: 0, stdout: 'The sandbox does not run.\n' });
  const empty = join(directory.path, 'empty');
  await expect(bootstrap(['reset'], { SANDBOX_DIRECTORY: empty })).resolves.toMatchObject({ code: 0, stdout: 'There is nothing to delete.\n' });
});

test('reset without a terminal asks for --yes', async () => {
  const { code, stderr } = await bootstrap(['reset']);
  expect(code).toBe(1);
  expect(stderr).toContain('npm run reset -- --yes');
});

test('logs of an unknown name list the known ones', async () => {
  const { code, stderr } = await bootstrap(['logs', 'nobody']);
  expect(code).toBe(1);
  expect(stderr).toBe('There is no log of "nobody". There are: none: nothing was started since the last reset, if ever\n');
});
