import { createService } from '@madang/service-kit';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { freePorts } from '../../../infra/core/free-ports.ts';
import { waitUntil } from '../../../infra/core/wait-until.ts';
import { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { httpStandIn, temporaryDirectory } from '../../../infra/testing/stand-ins.ts';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Fault, LabDriver, LabError, SWITCHES } from '../src/index';
import { LabModule, Switchboard } from '../src/nest/index';
import { ADMIN_TOKEN } from '../testing/lab-endpoints';

@Module({})
class ServiceModule {}

const directory = temporaryDirectory();
const boards = new Map<string, Switchboard>();
const apps: NestFastifyApplication[] = [];
let infra: Infra;
let sandbox: Sandbox;
let driver: LabDriver;
let environment: Record<string, string>;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'], standbys: 2 } });
  const [relay = 0, cdc = 0] = await freePorts(2);
  sandbox = new Sandbox({ stateDirectory: directory.path, environment: {}, topology: () => [httpStandIn('relay', relay), httpStandIn('cdc', cdc)] });
  await sandbox.start();
  const services = await Promise.all([
    startService('member', ['die-after-commit']),
    startService('board', ['double-deliveries', 'clock-back']),
    startService('queue', []),
    startService('chat', ['die-after-answer']),
    startService('chat', ['die-after-answer'], 'chat-2'),
  ]);
  environment = {
    ADMIN_TOKEN,
    LAB_RUNNER_FILE: join(directory.path, 'run', 'runner.json'),
    LAB_SERVICE_URLS: services.join(','),
    LAB_POSTGRES_URLS: [`primary=${infra.postgres.adminUrl()}`, ...infra.postgres.replicas.map((replica) => `${replica.name}=${replica.adminUrl()}`)].join(','),
  };
  driver = LabDriver.fromEnvironment(environment);
}, 120_000);

afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await sandbox?.stop();
  await infra?.stop();
  directory.remove();
});

/** What is left of a service when all but its lab is taken away. @returns `name=url` */
async function startService(service: 'member' | 'board' | 'queue' | 'chat', faults: string[], name: string = service): Promise<string> {
  const board = new Switchboard({ service, faults });
  boards.set(name, board);
  const about = { name, title: name, description: name, config: z.object({}), port: () => 0 };
  const { app } = await createService({ ...about, module: () => ({ module: ServiceModule, imports: [LabModule.forRoot(board)] }) }, { LOG_LEVEL: 'silent', ADMIN_TOKEN });
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  return `${name}=${await app.getUrl()}`;
}

const text = { en: '', ko: '' };
const fault = (name: string, action: Fault['action'], revertAfterMs: number): Fault => ({ name, title: text, does: text, holds: text, prediction: { question: text, answers: [text] }, action, revertAfterMs });

async function ofReplica(sql: string): Promise<unknown> {
  const client = new Client({ connectionString: infra.postgres.replicas[1]?.adminUrl() });
  await client.connect();
  const { rows } = await client.query<{ value: unknown }>(sql);
  await client.end();
  return rows[0]?.value;
}

const delayOf = (): Promise<unknown> => ofReplica(`SELECT current_setting('recovery_min_apply_delay') AS value`);
const isPaused = (): Promise<unknown> => ofReplica('SELECT pg_is_wal_replay_paused() AS value');
const becomes = (look: () => unknown, expected: unknown): Promise<void> =>
  waitUntil(
    async () => {
      const seen = await look();
      if (seen !== expected) throw new Error(`is ${String(seen)}`);
    },
    { what: String(expected), timeoutMs: 20_000 },
  );
const codeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => undefined, (error: unknown) => (error instanceof LabError ? error.code : error));

it('a fault is taken back by itself after its time, each kind of it', async () => {
  const faults = [
    fault('frozen', { do: 'freeze', processes: ['cdc'] }, 1_500),
    fault('slow', { do: 'delay-replica', replica: 'replica-2', ms: 700 }, 1_500),
    fault('told', { do: 'tell', service: 'board', fault: 'clock-back', value: 60_000 }, 1_500),
  ];
  const injected = [];
  for (const each of faults) injected.push(...(await Promise.all([driver.inject(each), driver.inject(each)])).slice(0, 1)); // pressed twice
  expect(driver.active).toEqual(injected);
  expect(injected[0]).toMatchObject({ name: 'frozen', revertsAt: (injected[0]?.since ?? 0) + 1_500 });
  expect(await driver.inject(faults[0] as Fault)).toEqual(injected[0]); // it is active: nothing more happens
  expect([sandbox.process('cdc').state, boards.get('board')?.told('clock-back')]).toEqual(['frozen', 60_000]);
  await becomes(delayOf, '700ms');
  await becomes(() => driver.active.length, 0);
  expect([sandbox.process('cdc').state, boards.get('board')?.told('clock-back')]).toEqual(['healthy', 0]);
  await becomes(delayOf, '0');
});

it('a process that is killed comes back, and one that stays down does so until it is reverted', async () => {
  const before = sandbox.process('relay').running?.pid;
  await driver.inject(fault('killed', { do: 'kill', processes: ['relay'] }, 60_000));
  await becomes(() => sandbox.process('relay').state, 'healthy');
  expect(sandbox.process('relay').running?.pid).not.toBe(before);
  const { id } = await driver.inject(fault('down', { do: 'kill', processes: ['relay'], stayDown: true }, 60_000));
  expect(sandbox.process('relay').state).toBe('stopped');
  await driver.revert(id);
  await driver.revert(id);
  expect(sandbox.process('relay').state).toBe('healthy');
  await driver.reset();
});

it('what is not there cannot be broken, and is left as if nobody had tried', async () => {
  expect(await codeOf(driver.inject('no-such-fault'))).toBe('unknown-fault');
  expect(await codeOf(driver.inject(fault('nobody', { do: 'kill', processes: ['nobody'] }, 1_000)))).toBe('unknown-process');
  expect(await codeOf(driver.turn('inbox', 'outbox'))).toBe('unknown-switch');
  await driver.process('relay', 'stop');
  expect(await codeOf(driver.inject(fault('dead', { do: 'kill', processes: ['relay'] }, 1_000)))).toBe('refused');
  expect(await codeOf(driver.inject(fault('both', { do: 'freeze', processes: ['cdc', 'relay'] }, 1_000)))).toBe('refused');
  expect(sandbox.process('cdc').state).toBe('healthy'); // it was frozen for a moment
  expect(driver.active).toEqual([]);
  await driver.process('relay', 'start');
  expect(await codeOf(LabDriver.fromEnvironment({ ...environment, LAB_RUNNER_FILE: '/nowhere' }).process('cdc', 'kill'))).toBe('unavailable');
  expect(() => LabDriver.fromEnvironment({ ...environment, ADMIN_TOKEN: undefined })).toThrow('ADMIN_TOKEN must be set');
});

it('a switch is turned at all nodes of its service', async () => {
  await driver.turn('moderation', 'in-chat');
  expect(['chat', 'chat-2'].map((node) => boards.get(node)?.mode('moderation'))).toEqual(['in-chat', 'in-chat']);
  boards.get('chat')?.turn('moderation', 'behind-the-log'); // one node that has been started again: the other one is naive
  expect(await driver.switches()).toMatchObject({ moderation: 'in-chat', inbox: 'inbox' });
  await driver.turn('moderation', 'behind-the-log');
  expect(await driver.switches()).toMatchObject({ moderation: 'behind-the-log' });
});

it('a reset mends all, whoever broke it', async () => {
  const another = LabDriver.fromEnvironment(environment);
  for (const { name, modes } of SWITCHES) await another.turn(name, modes[1] ?? modes[0]);
  await another.process('cdc', 'pause');
  await another.process('relay', 'stop');
  await another.delayReplica('replica-2', 5_000);
  const told = [
    await another.inject(fault('paused', { do: 'pause-replay', replica: 'replica-2' }, 120_000)),
    await another.inject('deliveries-doubled'),
    await another.inject(fault('deadly', { do: 'tell', service: 'chat', fault: 'die-after-answer', value: 1 }, 120_000)),
  ];
  expect(await isPaused()).toBe(true);
  await driver.reset();
  expect(await driver.switches()).toEqual(Object.fromEntries(SWITCHES.map(({ name, modes }) => [name, modes[0]])));
  expect(['cdc', 'relay'].map((name) => sandbox.process(name).state)).toEqual(['healthy', 'healthy']);
  expect([boards.get('board')?.told('double-deliveries'), boards.get('chat')?.told('die-after-answer'), boards.get('chat-2')?.told('die-after-answer')]).toEqual([0, 0, 0]);
  await becomes(delayOf, '0');
  expect(await isPaused()).toBe(false);
  await driver.reset();
  for (const { id } of told) await another.revert(id);
  expect(another.active).toEqual([]);
});

it('the control: what cannot be reset is said, and the rest is', async () => {
  const lost = LabDriver.fromEnvironment({ ...environment, LAB_POSTGRES_URLS: environment['LAB_POSTGRES_URLS']?.replace(/replica-1=[^,]+/, 'replica-1=postgres://nobody@127.0.0.1:1/postgres') });
  await driver.turn('ids', 'uuidv4');
  await expect(lost.reset()).rejects.toThrow('Not everything could be reset: replica-1 does not answer');
  expect(boards.get('board')?.mode('ids')).toBe('uuidv7');
});
