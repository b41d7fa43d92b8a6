import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePorts } from '../core/free-ports.ts';
import { waitUntil } from '../core/wait-until.ts';
import { infraDirectory } from '../core/paths.ts';
import { answers, exists, httpStandIn, pidThatAnswers, standIn, SLEEPER, takeoverStandIn, temporaryDirectory, untilGone } from '../testing/stand-ins.ts';
import type { ProcessDefinition } from '../process/process-definition.ts';
import { restart } from './commands/restart.ts';
import { status } from './commands/status.ts';
import { ControlClient } from './control-client.ts';
import { Sandbox } from './sandbox.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

let port: number;
let reports: string[];
const opened: Sandbox[] = [];

beforeEach(async () => {
  [port = 0] = await freePorts(1);
  reports = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.stop()));
  if (existsSync(join(directory.path, 'run', 'lock'))) throw new Error('a lock is left');
});

function open(topology: readonly ProcessDefinition[]): Sandbox {
  const sandbox = new Sandbox({ stateDirectory: directory.path, environment: {}, topology: () => [...topology], report: (line) => reports.push(line) });
  opened.push(sandbox);
  return sandbox;
}

/** A runner in a process of its own, which can be killed. */
async function startFixture(): Promise<ChildProcess> {
  const fixture = spawn(process.execPath, [join(infraDirectory, 'testing', 'runner-fixture.ts'), directory.path, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(fixture.stdout, 'data');
  return fixture;
}

test('secrets are made once and are for their owner alone', async () => {
  const first = open([]);
  await first.start();
  expect(statSync(join(directory.path, 'secrets.json')).mode & 0o777).toBe(0o600);
  await first.stop();
  expect(open([]).secrets).toEqual(first.secrets);
  expect(first.secrets.jwtPrivateKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: expect.any(String), d: expect.any(String) });
});

test('a second one in the same directory says that the first runs, and leaves it alone', async () => {
  const fixture = await startFixture();
  await expect(open([httpStandIn('member', port)]).start()).rejects.toThrow(new RegExp(`already runs \\(pid ${fixture.pid}\\)[\\s\\S]*http://127.0.0.1:${port}/docs`));
  await answers(port);
  fixture.kill('SIGTERM');
  await once(fixture, 'exit');
});

test('a taken port is named with its variable and its owner', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(open([httpStandIn('member', port)]).start()).rejects.toThrow(
    new RegExp(`^Port ${port}, which member needs, is taken by pid ${process.pid} \\(.*\\)\\. End that, or set MEMBER_PORT to another port\\.$`),
  );
  other.close();
});

test('after a kill -9 of the runner the next start ends what it left, also frozen, and starts', async () => {
  const fixture = await startFixture();
  const client = new ControlClient(directory.path);
  const before = await client.status();
  const pids = before.processes.flatMap(({ pid }) => pid ?? []);
  expect(pids).toHaveLength(2);
  await client.process('sleeper', 'pause');
  fixture.kill('SIGKILL');
  await once(fixture, 'exit');
  expect(pids.every(exists)).toBe(true); // the control: they do survive
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await expect(status([], { SANDBOX_DIRECTORY: directory.path })).resolves.toBe(1);
  expect(said.mock.lastCall).toEqual(['The runner is dead, but 2 of its processes still run: npm run stop ends them, npm start starts anew.']);
  said.mockRestore();

  await open([httpStandIn('member', port), standIn('sleeper', SLEEPER)]).start();
  expect(reports).toEqual(['The last run was killed and left processes behind; they have been ended: sleeper, member']);
  await Promise.all(pids.map(untilGone));
  await answers(port);
});

test('SIGTERM in the middle of the start leaves no process and no lock', async () => {
  const fixture = spawn(process.execPath, [join(infraDirectory, 'testing', 'runner-fixture.ts'), directory.path, String(port), 'never-healthy'], { stdio: 'ignore' });
  const file = join(directory.path, 'run', 'sleeper.pid');
  await waitUntil(() => statSync(file), { what: 'the sleeper', timeoutMs: 5_000 });
  const pid = Number(readFileSync(file, 'utf8').split(' ')[0]);
  fixture.kill('SIGTERM');
  await once(fixture, 'exit');
  expect(exists(pid)).toBe(false);
  expect(existsSync(join(directory.path, 'run', 'lock'))).toBe(false);
});

test('a lock whose pid has been given to another process does not count', async () => {
  mkdirSync(join(directory.path, 'run'), { recursive: true });
  writeFileSync(join(directory.path, 'run', 'lock'), `${process.pid} started-at-another-time`);
  const sandbox = open([]);
  await sandbox.start();
  expect(sandbox.phase).toBe('running');
});

test('a pid file whose pid has been given to another process does not get that one killed', async () => {
  const innocent = spawn(process.execPath, ['-e', SLEEPER], { stdio: 'ignore' });
  mkdirSync(join(directory.path, 'run'), { recursive: true });
  writeFileSync(join(directory.path, 'run', 'postgres.pid'), `${innocent.pid} started-at-another-time SIGKILL 0\n`);
  await open([]).start();
  expect(reports).toEqual([]);
  expect(exists(innocent.pid ?? 0)).toBe(true);
  innocent.kill('SIGKILL');
});

test('the remote control kills and freezes by name, and opens to its token only', async () => {
  const sandbox = open([httpStandIn('member', port), httpStandIn('other', port + 1)]);
  await sandbox.start();
  const client = new ControlClient(directory.path);
  await client.process('member', 'kill');
  await waitUntil(() => answers(port), { what: 'member again', timeoutMs: 5_000 });
  await client.process('member', 'kill', '?restart=false');
  await expect(answers(port)).rejects.toThrow('fetch failed');
  await expect(client.process('nobody', 'kill')).rejects.toThrow('There is no process "nobody". There are: member, other');
  await client.process('other', 'pause');

  const { processes, runner } = await client.status();
  expect(processes).toMatchObject([
    { name: 'member', state: 'stopped', pid: null, healthy: null },
    { name: 'other', state: 'frozen', healthy: false, restarts: 0, port: port + 1 },
  ]);
  expect(processes[1]?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(runner.pid).toBe(process.pid);

  const { port: controlPort } = JSON.parse(readFileSync(join(directory.path, 'run', 'runner.json'), 'utf8')) as { port: number };
  expect(statSync(join(directory.path, 'run', 'runner.json')).mode & 0o777).toBe(0o600);
  const withoutToken = await fetch(`http://127.0.0.1:${controlPort}/stop`, { method: 'POST' });
  expect(withoutToken.status).toBe(401);
  await client.stop();
  await sandbox.ended;
  expect(sandbox.phase).toBe('stopped');
});

test('npm run restart rolls one, or all in their order, and refuses what cannot be rolled before anything is done', async () => {
  const sandbox = open([takeoverStandIn('member', port), standIn('kafka', SLEEPER), takeoverStandIn('board', port + 1)]);
  await sandbox.start();
  const pids = (): (number | undefined)[] => ['member', 'kafka', 'board'].map((name) => sandbox.process(name).running?.pid);
  const before = pids();
  const environment = { SANDBOX_DIRECTORY: directory.path };
  await expect(restart(['kafka'], environment)).rejects.toThrow('"kafka" cannot be restarted while it serves. There are: member, board');
  await expect(restart([], environment)).rejects.toThrow('Which service? npm run restart -- member, for one, or --all. There are: member, board');
  expect(pids()).toEqual(before);

  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await expect(restart(['--all'], environment)).resolves.toBe(0);
  const after = pids();
  expect(said.mock.calls.flat()).toEqual([
    'member: a new one starts beside it',
    expect.stringMatching(new RegExp(`^member: pid ${after[0]} has taken over, the old one has ended \\(.* s\\)$`)),
    'board: a new one starts beside it',
    expect.stringMatching(new RegExp(`^board: pid ${after[2]} has taken over`)),
  ]);
  said.mockRestore();
  expect(after[1]).toBe(before[1]);
  expect([after[0], after[2]]).not.toEqual([before[0], before[2]]);
  expect(await pidThatAnswers(port)).toBe(after[0]);

  await sandbox.stop();
  await expect(restart(['--all'], environment)).rejects.toThrow('The sandbox does not run. npm start starts it.');
});
