import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from '../fault';
import { LabDriver } from './lab-driver';
import { LabError } from '../lab.error';

const directory = mkdtempSync(join(tmpdir(), 'madang-lab-driver-'));
/** What the runner was asked, and what it refuses. */
let asked: string[] = [];
let refuses: (call: string) => boolean = () => false;
let runner: Server;
let environment: Record<string, string>;

beforeAll(async () => {
  runner = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    asked.push(call);
    const refused = refuses(call);
    response.writeHead(refused ? 409 : 200).end(JSON.stringify(refused ? { error: 'it cannot be done now' } : { processes: [{ name: 'cdc', kind: 'service', state: 'frozen' }] }));
  });
  runner.listen(0, '127.0.0.1');
  await once(runner, 'listening');
  const { port } = runner.address() as AddressInfo;
  const file = join(directory, 'runner.json');
  writeFileSync(file, JSON.stringify({ port, token: 't' }));
  environment = { ADMIN_TOKEN: 't', LAB_RUNNER_FILE: file, LAB_SERVICE_URLS: 'relay=http://127.0.0.1:1', LAB_POSTGRES_URLS: 'primary=postgres://a@127.0.0.1:1/a' };
});
beforeEach(() => {
  [asked, refuses] = [[], () => false];
});
afterAll(() => {
  runner.close();
  rmSync(directory, { recursive: true });
});

const text = { en: '', ko: '' };
const frozen = (revertAfterMs: number): Fault => ({ name: 'frozen', title: text, does: text, holds: text, prediction: { question: text, answers: [text] }, action: { do: 'freeze', processes: ['cdc'] }, revertAfterMs });

it.each(['.', '..'])('a process named %j is none: its path would lead to another call of the runner, such as the one that stops all', async (name) => {
  await expect(LabDriver.fromEnvironment(environment).process(name, 'stop')).rejects.toThrow(LabError);
  expect(asked).toEqual([]);
});

it('a fault that a reset could not mend is still taken back after its time', async () => {
  const driver = LabDriver.fromEnvironment(environment);
  await driver.inject(frozen(1_000));
  refuses = (call) => call.startsWith('GET');
  await expect(driver.reset()).rejects.toThrow('Not everything could be reset');
  expect(driver.active).toHaveLength(1);
  refuses = () => false;
  while (driver.active.length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.at(-1)).toBe('POST /processes/cdc/resume');
});

it('what a process has broken and not taken back, since it was killed, is taken back by the next one', async () => {
  const journal = join(directory, 'lab', 'faults.json');
  const killed = LabDriver.fromEnvironment(environment, journal);
  const { id, revertsAt } = await killed.inject('cdc-frozen');
  const next = LabDriver.fromEnvironment(environment, journal);
  expect(next.active).toEqual([]);
  next.takeOver();
  expect(next.active).toEqual([{ id, name: 'cdc-frozen', since: expect.any(Number), revertsAt }]);
  asked = [];
  await next.revert(id);
  expect(asked).toEqual(['POST /processes/cdc/resume']);
  const third = LabDriver.fromEnvironment(environment, journal);
  third.takeOver();
  expect(third.active).toEqual([]);
  await killed.revert(id); // it was not, and would hold up the end of this test
});

it('one whose time is over is taken back at once; one that was refused is none, and a journal that is none says nothing', async () => {
  const journal = join(directory, 'over.json');
  const left = { runner: process.ppid, faults: [{ id: 'x', name: 'cdc-frozen', since: 1, revertsAt: 2 }] };
  writeFileSync(journal, JSON.stringify(left));
  const driver = LabDriver.fromEnvironment(environment, journal);
  driver.takeOver();
  while (driver.active.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(asked).toEqual(['POST /processes/cdc/resume']);
  refuses = () => true;
  await expect(driver.inject('cdc-killed')).rejects.toThrow('it cannot be done now');
  expect(JSON.parse(readFileSync(journal, 'utf8'))).toEqual({ ...left, faults: [] });
  // Another runner has started everything anew: what it has not started yet must not be started by us.
  for (const nonsense of ['', '{', '[]', JSON.stringify({ ...left, faults: [{ ...left.faults[0], name: 'nothing' }] }), JSON.stringify({ ...left, runner: process.ppid + 1 })]) {
    writeFileSync(journal, nonsense);
    driver.takeOver();
    expect(driver.active).toEqual([]);
  }
});
