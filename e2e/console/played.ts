import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunEvent } from '@madang/lab';
import type { Locator, Page } from 'playwright-core';
import type { Stack } from '../stack.ts';

/** What became of a run: its promises by their titles, and how many were broken. */
export interface Verdict {
  readonly promises: Readonly<Record<string, 'kept' | 'broken'>>;
  readonly broken: number;
  /** It could not be played to its end. */
  readonly failed: string | null;
}

const LONGEST_MS = 150_000;

/** Presses *Play* in the pane of a scenario, and reads what the page makes of it. */
export async function playedInPage(page: Page, { seed, naive }: { readonly seed: number; readonly naive: boolean }): Promise<Verdict> {
  await page.getByTestId('play').waitFor();
  await page.locator('.tools input[type=number]').first().fill(String(seed));
  await page.locator('.tools .check input').first().setChecked(naive);
  await page.getByTestId('play').click({ timeout: LONGEST_MS });
  const run = page.getByTestId('run').filter({ has: page.locator('.run-head', { hasText: naive ? 'naive' : 'patterns on' }) });
  return verdictOf(run);
}

/** Waits for the end of a run that a page shows. */
export async function verdictOf(run: Locator): Promise<Verdict> {
  await run.locator('.run-head').filter({ hasText: /Broken promises|could not be played/ }).waitFor({ timeout: LONGEST_MS });
  const promises: Record<string, 'kept' | 'broken'> = {};
  for (const promise of await run.locator('.promises > li').all()) {
    promises[(await promise.locator('> span').first().textContent()) ?? ''] = (await promise.getAttribute('class')) === 'kept' ? 'kept' : 'broken';
  }
  const failed = await run.locator('> .verdict.bad').allTextContents();
  const head = (await run.locator('.run-head').textContent()) ?? '';
  return { promises, broken: Number(/Broken promises: (\d+)/.exec(head)?.[1] ?? Number.NaN), failed: failed[0] ?? null };
}

/** `npm run scenario -- <name> --seed <seed> --json [--naive]` */
export async function playedByCommand({ sandbox }: Stack, name: string, { seed, naive }: { readonly seed: number; readonly naive: boolean }): Promise<Verdict> {
  const args = ['--disable-warning=ExperimentalWarning', 'e2e/scenarios/main.ts', name, '--seed', String(seed), '--json', ...(naive ? ['--naive'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, SANDBOX_DIRECTORY: sandbox.stateDirectory }, timeout: LONGEST_MS, maxBuffer: 64 * 1024 * 1024 });
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
  const titles = new Map(events.flatMap((event) => (event.kind === 'run-began' ? event.invariants.map(({ name: of, title }) => [of, title.en] as const) : [])));
  const promises = Object.fromEntries(events.flatMap((event) => (event.kind === 'invariant' ? [[titles.get(event.invariant) ?? event.invariant, event.broken.length > 0 ? ('broken' as const) : ('kept' as const)]] : [])));
  const end = events.find((event) => event.kind === 'run-ended');
  return { promises, broken: end?.broken ?? Number.NaN, failed: end?.failed ?? null };
}
