import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabDriver } from '@madang/lab';
import { Ending } from '@madang/service-kit';
import type { FeedItem } from '../../feed/feed';
import type { ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { Runs } from './runs.service';
import { ScenarioCatalogue } from './scenario-catalogue';
import { spawnScenario } from './scenario-process';

jest.mock('./scenario-process');

/** Has said its last word, and takes a while to go. */
const LINGERS = `
const run = 'run-' + process.pid;
console.log(JSON.stringify({ kind: 'run-began', at: 1, run }));
console.log(JSON.stringify({ kind: 'run-ended', at: 2, run, broken: 0 }));
setTimeout(() => {}, 300);`;

class Listening extends FeedHub {
  constructor(private readonly heard: (item: FeedItem) => void) {
    super(new Ending());
  }

  override publish(item: FeedItem): void {
    this.heard(item);
  }
}

it('whoever hears that a run has ended can begin the next one at once', async () => {
  jest.mocked(spawnScenario).mockImplementation(() => spawn(process.execPath, ['-e', LINGERS]));
  const directory = mkdtempSync(join(tmpdir(), 'madang-runs-'));
  const ended: (() => void)[] = [];
  const hub = new Listening((item) => {
    if (item.kind === 'run' && item.event.kind === 'run-ended') ended.shift()?.();
  });
  const end = (): Promise<void> => new Promise((resolve) => ended.push(resolve));
  const catalogue = Object.assign(new ScenarioCatalogue(), { list: async () => [{ name: 'any', title: { en: '', ko: '' }, story: { en: '', ko: '' }, naive: {}, steps: [], invariants: [] }] });
  const runs = new Runs({ CONSOLE_RUN_DIRECTORY: directory } as ConsoleConfig, catalogue, hub, Object.create(LabDriver.prototype) as LabDriver);
  try {
    const played: string[] = [];
    for (const naive of [false, true]) {
      const over = end();
      played.push(await runs.play({ scenario: 'any', naive }));
      await over;
    }
    expect(new Set(played).size).toBe(2);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
