import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duplicatesOf } from './duplicates';
import type { Control, IssuerPlan } from './issuer-plan';
import { fakedClock } from './libfaketime';

export interface Campaign {
  readonly format: IssuerPlan['format'];
  readonly storeUrl: string;
  /** Ids that each process is to make. */
  readonly each: number;
  /** Undefined: each process moves its clock itself. */
  readonly library: string | undefined;
  readonly controls?: readonly Control[];
}

export interface Findings {
  readonly ids: number;
  readonly duplicates: number;
  readonly kills: number;
  readonly stops: number;
  /** How often each error came up, as the processes have noted. */
  readonly errors: Record<string, number>;
  readonly leases: number;
  readonly highestToken: number;
}

const PROCESSES = 8;
/** One number less than processes: somebody waits for the number of whoever is killed or stopped, and takes it as soon as it has rested. */
const LEASE = { minNodeId: 1, maxNodeId: PROCESSES - 1, ttlMs: 900, marginMs: 150, requestTimeoutMs: 300, maxClockSkewMs: 100, issueAheadMs: 50, restMs: 300 };
/**
 * However many ids there are, a process lives some seconds, long enough to see its clock jump, and issues in nearly each millisecond: two that had
 * one number would meet at once.
 */
const TURNS = 4_000;
const PAUSE_MS = 1;
/** Longer than a lease and its rest: the number has gone to another one. */
const STOPPED_MS = 1_600;
/** Longer than libfaketime takes to look. */
const JUMP_MS = 2_200;

/** Some 12 s on a machine that has two cores for it. */
const GIVE_UP_MS = 110_000;

type Fault = { readonly at: number } & ({ readonly kind: 'kill' | 'jump'; readonly seconds: number } | { readonly kind: 'stop' });
/**
 * At which part of its ids each process meets what; a killed one starts again with a clock that is set differently. Three seconds back lie
 * where the earlier holder of its number has issued; the one who waits takes the number of the stopped one then takes the number.
 */
const FAULTS: readonly Fault[] = [
  { at: 0.05, kind: 'kill', seconds: -3_600 },
  { at: 0.1, kind: 'stop' },
  { at: 0.3, kind: 'kill', seconds: -3 },
  { at: 0.35, kind: 'jump', seconds: 3_600 },
  { at: 0.6, kind: 'kill', seconds: -3 },
  { at: 0.65, kind: 'jump', seconds: -1 },
];

/** Runs `PROCESSES` issuers through all faults until each has made its ids, and counts what they made twice. */
export async function run(campaign: Campaign): Promise<Findings> {
  const directory = mkdtempSync(join(tmpdir(), 'madang-ids-'));
  const issuers = Array.from({ length: PROCESSES }, (_, index) => new Issuer(campaign, join(directory, String(index)), index));
  const lives = issuers.map((issuer) => issuer.live());
  try {
    await Promise.all(lives);
    const { ids, duplicates } = duplicatesOf(issuers.map(({ plan }) => plan.idFile));
    const notes = issuers.flatMap(({ plan }) => readFileSync(plan.notesFile, 'utf8').split('\n').filter(Boolean));
    const held = notes.filter((note) => note.startsWith('held')).map((note) => Number(note.split(' ')[2]));
    const errors: Record<string, number> = {};
    for (const note of notes) if (!note.startsWith('held')) errors[note] = (errors[note] ?? 0) + 1;
    const sum = (of: (issuer: Issuer) => number): number => issuers.reduce((total, issuer) => total + of(issuer), 0);
    return { ids, duplicates, kills: sum(({ kills }) => kills), stops: sum(({ stops }) => stops), errors, leases: held.length, highestToken: Math.max(...held) };
  } finally {
    for (const issuer of issuers) issuer.end();
    await Promise.allSettled(lives);
    rmSync(directory, { recursive: true });
  }
}

/** One of the processes, through all its lives. */
class Issuer {
  readonly plan: IssuerPlan;
  kills = 0;
  stops = 0;
  private ended = false;
  private child: ChildProcess | undefined;
  private readonly offsetFile: string;
  /** Half of what a start takes is reading the sources. */
  private readonly compiled: string;
  private readonly giveUpAt = performance.now() + GIVE_UP_MS;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly campaign: Campaign,
    directory: string,
    private readonly index: number,
  ) {
    mkdirSync(directory);
    this.offsetFile = join(directory, 'offset');
    this.compiled = join(directory, '..', 'compiled');
    const { format, storeUrl, each, library, controls = [] } = campaign;
    this.plan = {
      format,
      storeUrl,
      lease: { ...LEASE, pool: `campaign-${format}-${controls.join('-')}` },
      target: each,
      idFile: join(directory, 'ids'),
      notesFile: join(directory, 'notes'),
      turn: each / TURNS,
      pauseMs: PAUSE_MS,
      controls,
      ...(library === undefined && { offsetFile: this.offsetFile }),
    };
  }

  async live(): Promise<void> {
    // An hour ahead is for the lease to refuse: whoever does not ask it issues there, and then has to wait for the hour.
    const faults = FAULTS.filter((fault) => fault.kind !== 'jump' || fault.seconds < 0 || !this.plan.controls.length);
    this.setClock(0);
    let life = this.start();
    for (;;) {
      const [fault] = this.ended ? [] : faults;
      // Not all at once: a number is taken over while its neighbours issue.
      if (fault && this.issued() >= (fault.at + 0.015 * this.index) * this.plan.target) {
        faults.shift();
        if (fault.kind === 'stop') await this.stop();
        else if (fault.kind === 'jump') {
          this.jump(fault.seconds);
          await sleep(JUMP_MS); // until it has been seen
        } else {
          this.kills += 1;
          this.child?.kill('SIGKILL');
          await life;
          if (this.ended) return;
          this.jump(fault.seconds);
          life = this.start();
        }
        continue;
      }
      const code = await Promise.race([life, sleep(10, 'alive' as const)]);
      if (code === 0) return;
      if (this.ended || performance.now() > this.giveUpAt) throw new Error(`issuer ${this.index} has made ${this.issued()} ids so far`);
      if (code !== 'alive') throw new Error(`an issuer ended with ${code}`);
    }
  }

  end(): void {
    this.ended = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.child?.kill('SIGKILL');
  }

  private start(): Promise<number | string> {
    const { library } = this.campaign;
    const env = { ...process.env, NODE_COMPILE_CACHE: this.compiled, ...(library !== undefined && fakedClock(library, this.offsetFile)) };
    const here = join(process.cwd(), 'libs/ids/test/stress');
    const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--import', join(here, 'run-typescript.mjs')];
    const child = spawn(process.execPath, [...flags, join(here, 'issuer.mts'), JSON.stringify(this.plan)], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    this.child = child;
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(signal ?? code ?? 'nothing'));
    });
  }

  private async stop(): Promise<void> {
    this.stops += 1;
    this.child?.kill('SIGSTOP');
    await sleep(STOPPED_MS);
    this.child?.kill('SIGCONT');
  }

  private jump(seconds: number): void {
    this.setClock(seconds);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.setClock(0);
    }, JUMP_MS);
    this.timers.add(timer);
  }

  private setClock(seconds: number): void {
    writeFileSync(this.offsetFile, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  private issued(): number {
    return existsSync(this.plan.idFile) ? statSync(this.plan.idFile).size / 8 : 0;
  }
}
