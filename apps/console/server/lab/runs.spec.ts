import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  mkdirSync(path);
  for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const complaint: unknown = await runs.play(PLAY).catch((error: unknown) => error);
    // The first one has ended, and the second one begins: without a platform, here.
    if ((complaint as { code?: string }).code !== 'run-in-progress' || Date.now() > deadline) {
      expect(complaint).toMatchObject({ code: 'scenario-failed', message: expect.stringMatching(/npm start|platform/i) });
      return;
    }
  }
});
