import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../core/free-ports.ts';
import { waitUntil } from '../core/wait-until.ts';
import { answers, exists, httpStandIn, SLEEPER, standIn, temporaryDirectory, untilGone } from '../testing/stand-ins.ts';
import type { ProcessDefinition } from './process-definition.ts';
import { treeOf } from './process-tree.ts';
import { Supervisor } from './supervisor.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

let supervisor: Supervisor;
let events: string[];
/** When each was told, in ms. */
let moments: number[];

function supervise(topology: readonly ProcessDefinition[], restart = true): Supervisor {
  events = [];
  moments = [];
  const onState = ({ name }: { readonly name: string }, state: string): void => {
    events.push(`${name} ${state}`);
    moments.push(performance.now());
  };
  supervisor = new Supervisor(topology, { stateDirectory: directory.path, restart, onState });
  return supervisor;
}

afterEach(async () => {
  await supervisor.stop();
  const left = readdirSync(join(directory.path, 'run'));
  if (left.length > 0) throw new Error(`pid files are left: ${left.join(', ')}`);
});

const pidOf = (name: string): number => supervisor.process(name).running?.pid ?? 0;

test('starts in the order of the dependencies and stops in the opposite one', async () => {
  await supervise([standIn('a', SLEEPER), standIn('job', '', { kind: 'job', dependsOn: ['a'] }), standIn('b', SLEEPER, { dependsOn: ['job'] })]).start();
  await supervisor.stop();
  const relevant = events.filter((event) => /healthy|done|starting|stopping|stopped/.test(event));
  expect(relevant).toEqual(['a starting', 'a healthy', 'job starting', 'job done', 'b starting', 'b healthy', 'b stopping', 'b stopped', 'a stopping', 'a stopped']);
});

test('starts at the same time what does not depend on each other', async () => {
  const slow = (name: string): ProcessDefinition => standIn(name, 'setTimeout(() => {}, 400)', { kind: 'job' });
  const start = performance.now();
  await supervise([slow('a'), slow('b'), slow('c')]).start();
  expect(performance.now() - start).toBeLessThan(1_100);
});

test('a process that ends before it is healthy fails the start: its last words, its log, and nothing left running', async () => {
  const broken = standIn('broken', "console.error('BOARD_PORT is not valid'); process.exit(3)", { dependsOn: ['base'], checkHealth: () => Promise.reject(new Error('not yet')) });
  supervise([standIn('base', SLEEPER), broken]);
  await expect(supervisor.start()).rejects.toThrow(/^broken: ended before it was healthy \(exit code 3\)[\s\S]*BOARD_PORT is not valid[\s\S]*Log: .*broken\.log$/);
  expect(supervisor.process('base').running).toBeUndefined();
});

test('a service that ends while it starts gets a second chance, and no third', async () => {
  const mark = join(directory.path, 'second');
  const clumsy = standIn('clumsy', `require('node:fs').existsSync('${mark}') ? setInterval(() => {}, 1000) : (require('node:fs').writeFileSync('${mark}', ''), process.exit(1))`, {
    checkHealth: untilScriptRuns,
  });
  await supervise([clumsy]).start();
  expect(supervisor.process('clumsy').restarts).toBe(1);
  await supervisor.stop();

  await expect(supervise([standIn('hopeless', 'process.exit(1)', { checkHealth: () => Promise.reject(new Error('not yet')) })]).start()).rejects.toThrow('hopeless: ended before it was healthy');
  expect(events.filter((event) => event === 'hopeless starting')).toHaveLength(2);
});

test('a process that never becomes healthy fails the start with the last reason', async () => {
  const dumb = standIn('dumb', SLEEPER, { startTimeoutMs: 300, checkHealth: () => Promise.reject(new Error('answers 503')) });
  await expect(supervise([dumb]).start()).rejects.toThrow('dumb: healthy: not within 0.3 s (last failure: answers 503)');
});

test('a service that only a person can help starts all the same, and says what is to be done', async () => {
  const told: (string | undefined)[] = [];
  const unready = standIn('halted', SLEEPER, { checkHealth: () => Promise.reject(new Error('answers 503')), needsHelp: () => Promise.resolve('mend the slot') });
  supervisor = new Supervisor([unready], { stateDirectory: directory.path, restart: true, onState: (_, state, detail) => state === 'healthy' && told.push(detail) });
  await supervisor.start();
  expect(told).toEqual(['runs, but needs you. mend the slot']);
});

test('a job that fails fails the start', async () => {
  await expect(supervise([standIn('job', 'process.exit(1)', { kind: 'job' })]).start()).rejects.toThrow('job: failed (exit code 1)');
});

test('a killed service is started again, later each time', async () => {
  const [port = 0] = await freePorts(1);
  await supervise([httpStandIn('web', port)]).start();
  for (const _ of [1, 2, 3]) {
    const before = pidOf('web');
    process.kill(before, 'SIGKILL');
    await waitUntil(
      () => {
        if (supervisor.process('web').state !== 'healthy' || pidOf('web') === before) throw new Error('not again');
      },
      { what: 'healthy again', timeoutMs: 5_000, intervalMs: 5 },
    );
    await answers(port);
  }
  expect(supervisor.process('web').restarts).toBe(3);
  const pauses = events.flatMap((event, index) => (event === 'web backing-off' ? [(moments[events.indexOf('web starting', index)] ?? 0) - (moments[index] ?? 0)] : []));
  expect(pauses).toHaveLength(3);
  // A timer may be a millisecond early.
  [200, 400, 800].forEach((ms, index) => expect(pauses[index]).toBeGreaterThan(ms - 5));
});

test('stop keeps down what was about to be started again; start brings it back', async () => {
  await supervise([standIn('web', SLEEPER)]).start();
  await supervisor.process('web').kill();
  await supervisor.process('web').stop();
  await new Promise((resolve) => {
    setTimeout(resolve, 500);
  });
  expect(supervisor.process('web').state).toBe('stopped');
  await supervisor.process('web').start();
  expect(exists(pidOf('web'))).toBe(true);
});

test('without restarts a killed service stays down', async () => {
  await supervise([standIn('web', SLEEPER)], false).start();
  await supervisor.process('web').kill();
  expect(supervisor.process('web').state).toBe('stopped');
  expect(supervisor.process('web').running).toBeUndefined();
});

test('pause freezes the whole tree, also children in a session of their own; resume wakes it', async () => {
  const [port = 0, childPort = 0] = await freePorts(2);
  const server = (at: number): string => `require('node:http').createServer((q, r) => r.end()).listen(${at}, '127.0.0.1')`;
  // `detached` calls setsid, as each PostgreSQL backend does.
  const script = `${server(port)}; require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(server(childPort))}], { detached: true })`;
  await supervise([standIn('web', script, { checkHealth: () => Promise.all([answers(port), answers(childPort)]).then(() => undefined) })]).start();
  expect(treeOf(pidOf('web'))).toHaveLength(2);

  await supervisor.process('web').pause();
  expect(supervisor.process('web').state).toBe('frozen');
  await expect(answers(port, 200)).rejects.toThrow('timeout');
  await expect(answers(childPort, 200)).rejects.toThrow('timeout');

  await supervisor.process('web').resume();
  await Promise.all([answers(port), answers(childPort)]);

  const tree = treeOf(pidOf('web'));
  await supervisor.process('web').pause();
  await supervisor.process('web').kill({ restart: false });
  await Promise.all(tree.map(untilGone));
});

test('a frozen process can be stopped in order', async () => {
  await supervise([standIn('web', "process.on('SIGTERM', () => { console.log('in order'); process.exit(0) }); setInterval(() => {}, 1000)", { checkHealth: untilScriptRuns })]).start();
  await supervisor.process('web').pause();
  await supervisor.process('web').stop();
  expect(supervisor.process('web').log.tail(5).join('\n')).toContain('in order');
});

test('what ignores its stop signal is killed when its grace is over', async () => {
  await supervise([standIn('deaf', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)", { stopGraceMs: 300, checkHealth: untilScriptRuns })]).start();
  const pid = pidOf('deaf');
  const start = performance.now();
  await supervisor.stop();
  expect(performance.now() - start).toBeGreaterThan(290);
  expect(exists(pid)).toBe(false);
});

test('stop during the start ends what runs and starts nothing more', async () => {
  supervise([standIn('a', SLEEPER), standIn('slow', SLEEPER, { dependsOn: ['a'], checkHealth: () => Promise.reject(new Error('not yet')) }), standIn('never', SLEEPER, { dependsOn: ['slow'] })]);
  const start = supervisor.start();
  await waitUntil(
    () => {
      if (!supervisor.process('slow').running) throw new Error('not yet');
    },
    { what: 'slow runs', timeoutMs: 3_000 },
  );
  await supervisor.stop();
  await expect(start).rejects.toThrow('slow: interrupted');
  expect(events).not.toContain('never starting');
  expect(supervisor.processes.filter(({ running }) => running)).toEqual([]);
});

test('a name that does not exist, and a topology out of order, are errors that say so', async () => {
  await supervise([standIn('a', SLEEPER)]).start();
  expect(() => supervisor.process('b')).toThrow('There is no process "b". There are: a');
  expect(() => new Supervisor([standIn('a', '', { dependsOn: ['b'] })], { stateDirectory: directory.path, restart: true })).toThrow('The topology lists a before "b"');
});

/** Long enough for node to have installed the script's signal handlers. */
async function untilScriptRuns(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 250);
  });
}
