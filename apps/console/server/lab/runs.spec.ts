import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabDriver } from '@madang/lab';
import { Ending } from '@madang/service-kit';
import type { ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { Runs } from './runs.service';
import { ScenarioCatalogue } from './scenario-catalogue';

const PLAY = { scenario: 'forged-pass', seed: 1, naive: false };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'madang-runs-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function runsIn(path: string): Runs {
  return new Runs({ CONSOLE_RUN_DIRECTORY: path } as ConsoleConfig, new ScenarioCatalogue(), new FeedHub(new Ending()), Object.create(LabDriver.prototype) as LabDriver);
}

it('plays nothing while a run has outlived its console, and leaves that one its mark', async () => {
  const left = spawn('sleep', ['60']);
  const mark = join(directory, 'playing');
  writeFileSync(mark, `${process.ppid} ${left.pid}`);
  try {
    await expect(runsIn(directory).play(PLAY)).rejects.toMatchObject({ code: 'run-in-progress' });
    expect(readFileSync(mark, 'utf8')).toBe(`${process.ppid} ${left.pid}`);
  } finally {
    left.kill();
  }
});

it('plays nothing that nobody could mend, and says why; another may follow', async () => {
  const path = join(directory, 'runs');
  writeFileSync(path, 'not a directory');
  const runs = runsIn(path);
  await expect(runs.play(PLAY)).rejects.toMatchObject({ code: 'scenario-failed', message: expect.stringContaining('mend') });
  rmSync(path);
  mkdirSync(path, { recursive: true }); // what plays may be the first
  // The first one ends, and the second one begins: without a platform, here.
  await expect(onceFree(runs)).resolves.toMatchObject({ code: 'scenario-failed', message: expect.stringMatching(/npm start|platform/i) });
});

async function onceFree(runs: Runs): Promise<unknown> {
  for (;;) {
    const complaint: unknown = await runs.play(PLAY).catch((error: unknown) => error);
    if ((complaint as { code?: string }).code !== 'run-in-progress') return complaint;
    await sleep(100);
  }
}
