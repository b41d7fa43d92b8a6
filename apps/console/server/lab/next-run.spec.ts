import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabDriver, type RunEvent } from '@madang/lab';
import { Ending } from '@madang/service-kit';
import type { FeedItem } from '../../feed/feed';
import type { ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { Runs } from './runs.service';
import type { ScenarioCatalogue } from './scenario-catalogue';
import { spawnScenario } from './scenario-process';

jest.mock('./scenario-process');

const say = (event: string): string => `console.log(JSON.stringify({ at: 1, run: 'run-' + process.pid, ${event} }));`;
const BEGINS = say(`kind: 'run-began'`);
const ENDS = say(`kind: 'run-ended', broken: 0`);

class Listening extends FeedHub {
  constructor(private readonly heard: (item: FeedItem) => void) {
    super(new Ending());
  }

  override publish(item: FeedItem): void {
    this.heard(item);
  }
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'madang-runs-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it.each([
  ['has said its last word, and takes a while to go', `${BEGINS}${ENDS}setTimeout(() => {}, 300);`, null, 0],
  ['leaves somebody behind who holds its pipes', `${BEGINS}${ENDS}require('child_process').spawn('sleep', ['4'], { stdio: 'inherit' }).unref();`, null, 0],
  ['is killed, and has to be mended', `${BEGINS}setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);`, 'It was cut off.', 1],
])('a run that %s: whoever hears of its end reads all of it, and begins the next one at once', async (_, script, failed, mends) => {
  jest.mocked(spawnScenario).mockImplementation(() => spawn(process.execPath, ['-e', script]));
  let mended = 0;
  const reset = async (): Promise<void> => {
    await sleep(200);
    mended++;
  };
  const heard: RunEvent[] = [];
  let over: () => void = () => undefined;
  const hub = new Listening((item) => {
    if (item.kind !== 'run') return;
    heard.push(item.event);
    if (item.event.kind === 'run-ended') over();
  });
  const catalogue = { list: async () => [{ name: 'any' }] } as unknown as ScenarioCatalogue;
  const runs = new Runs({ CONSOLE_RUN_DIRECTORY: directory } as ConsoleConfig, catalogue, hub, Object.assign(Object.create(LabDriver.prototype) as LabDriver, { reset }));
  for (const naive of [false, true]) {
    heard.length = mended = 0;
    const ended = new Promise<void>((resolve) => (over = resolve));
    const run = await runs.play({ scenario: 'any', naive });
    await ended;
    expect({ kinds: heard.map(({ kind }) => kind), mended }).toEqual({ kinds: ['run-began', 'run-ended'], mended: mends });
    expect((await runs.file(run)).toString().trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(heard);
    expect(heard.at(-1)).toMatchObject(failed === null ? { broken: 0 } : { failed });
  }
}, 20_000);
