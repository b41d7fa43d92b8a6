import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { LabDriver, type RunEvent } from '@madang/lab';
import { ConflictProblem, NotFoundProblem, UnavailableProblem } from '@madang/service-kit';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { FeedHub } from '../feed/feed-hub';
import { RunFiles } from './run-files';
import { ScenarioCatalogue } from './scenario-catalogue';
import { spawnScenario } from './scenario-process';

/** Of a run's file, but for its end. */
const MOST_BYTES = 8 * 1024 * 1024;
/** For what a scenario that is broken off takes back. */
const SHUTDOWN_MS = 5_000;
/** What it has written comes at once; something else that holds its pipes is not waited for. */
const PIPES_MS = 1_000;

const AnyEvent = z.object({ kind: z.string(), run: z.string().regex(/^[\w-]{1,64}$/) }).loose();

export interface Play {
  readonly scenario: string;
  readonly seed?: number | undefined;
  readonly naive: boolean;
}

/** Plays scenarios, one at a time, and keeps what they told: a run's file replays offline. What one that was killed has left broken is mended. */
@Injectable()
export class Runs implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Runs.name);
  private readonly files: RunFiles;
  private current: ChildProcessWithoutNullStreams | undefined;
  private isMending = false;

  constructor(
    @Inject(CONSOLE_CONFIG) private readonly config: ConsoleConfig,
    private readonly scenarios: ScenarioCatalogue,
    private readonly hub: FeedHub,
    private readonly driver: LabDriver,
  ) {
    this.files = new RunFiles(config.CONSOLE_RUN_DIRECTORY);
  }

  /** Whoever kills the console kills what it has started. */
  onApplicationBootstrap(): void {
    const left = leftRun(this.mark);
    if (left !== undefined) void this.mendAfter(left);
  }

  async onApplicationShutdown(): Promise<void> {
    this.current?.kill('SIGTERM');
    for (const deadline = Date.now() + SHUTDOWN_MS; this.current && Date.now() < deadline; ) await sleep(20);
  }

  /**
   * Resolves with the run's name once it has begun.
   *
   * @throws NotFoundProblem, ConflictProblem while another one is played, UnavailableProblem if it does not begin
   */
  async play({ scenario, seed = randomInt(1, 2 ** 31), naive }: Play): Promise<string> {
    const known = await this.scenarios.list();
    if (!known.some(({ name }) => name === scenario)) throw new NotFoundProblem('scenario-not-found', { detail: `There are: ${known.map(({ name }) => name).join(', ') || 'none'}` });
    const left = leftRun(this.mark);
    if (this.current || this.isMending || (left !== undefined && isAlive(left))) throw new ConflictProblem('run-in-progress', { detail: 'A scenario is being played: two at once would break each other’s promises.' });
    const child = spawnScenario(['--name', scenario, '--seed', String(seed), ...(naive ? ['--naive'] : [])]);
    this.current = child;
    const begun = new Promise<string>((resolve, reject) => this.follow(child, resolve, reject));
    try {
      mkdirSync(this.config.CONSOLE_RUN_DIRECTORY, { recursive: true, mode: 0o700 });
      writeFileSync(this.mark, `${process.ppid} ${child.pid}`);
    } catch (cause) {
      child.kill('SIGTERM');
      begun.catch(() => undefined);
      throw new UnavailableProblem('scenario-failed', { detail: 'That it is played cannot be written down, and nobody could mend what it breaks. Is the disk full?', cause });
    }
    return begun;
  }

  /** The file of a run, a line of JSON each. @throws NotFoundProblem */
  file(run: string): Promise<Buffer> {
    return this.files.read(run);
  }

  private follow(child: ChildProcessWithoutNullStreams, began: (run: string) => void, failed: (error: Error) => void): void {
    let complaint = '';
    let bytes = 0;
    let run: string | undefined;
    let end: RunEvent | undefined;
    const notKept = (error: unknown): void => this.logger.warn(`A run cannot be kept: ${String(error)}`);
    let writing = this.files.makeRoom().catch(notKept);
    const keep = (event: RunEvent): void => {
      const line = JSON.stringify(event);
      bytes += line.length;
      if (bytes < MOST_BYTES || event.kind === 'run-ended') writing = writing.then(() => this.files.append(event.run, line)).catch(notKept);
    };
    const close = async (): Promise<void> => {
      // One that comes to its end, however it does, has taken back what it did.
      if (run === undefined || end) rmSync(this.mark, { force: true });
      else {
        // A run that was cut off ends for its readers too.
        end = { kind: 'run-ended', at: Date.now(), run, broken: 0, failed: complaint || 'It was cut off.' };
        keep(end);
        await this.mend();
      }
      // Whoever hears of the end reads the whole file, and begins the next one: it is told last.
      await writing;
      this.current = undefined;
      if (end) this.hub.publish({ kind: 'run', event: end });
      failed(new UnavailableProblem('scenario-failed', { detail: complaint.slice(-500) || 'The scenario ended before it began.' })); // has no effect once it has begun
    };
    child.stderr.on('data', (part: Buffer) => {
      complaint = (complaint + part.toString('utf8')).slice(-2_000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = eventOf(line);
      if (!event || end) return;
      run = event.run;
      keep(event);
      if (event.kind === 'run-ended') end = event;
      else this.hub.publish({ kind: 'run', event });
      began(run);
    });
    child.once('error', (error) => failed(new UnavailableProblem('scenario-failed', { detail: error.message })));
    child.once('exit', () => setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), PIPES_MS).unref());
    child.once('close', () => void close());
  }

  /** It may outlive its console by a moment. */
  private async mendAfter(left: number): Promise<void> {
    while (isAlive(left)) await sleep(200, undefined, { ref: false });
    this.isMending = true;
    if (leftRun(this.mark) === left) await this.mend();
    this.isMending = false;
  }

  private async mend(): Promise<void> {
    try {
      await this.driver.reset();
      rmSync(this.mark, { force: true });
    } catch (error) {
      this.logger.warn(`What a scenario has left broken cannot be mended: ${String(error)}`);
    }
  }

  /** There while one is played. */
  private get mark(): string {
    return join(this.config.CONSOLE_RUN_DIRECTORY, 'playing');
  }
}

/** The process of a run of this runner's that the last console has left: another runner has started everything anew. */
function leftRun(mark: string): number | undefined {
  try {
    const [runner, pid] = readFileSync(mark, 'utf8').split(' ').map(Number);
    return runner === process.ppid ? pid : undefined;
  } catch {
    return undefined; // none is there
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function eventOf(line: string): RunEvent | undefined {
  try {
    const parsed = AnyEvent.safeParse(JSON.parse(line));
    return parsed.success ? (parsed.data as unknown as RunEvent) : undefined;
  } catch {
    return undefined; // something that was printed by the way
  }
}
