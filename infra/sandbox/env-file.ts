import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import { services } from './services.ts';
import type { Environment } from './settings.ts';

/** More letters than these and it is another word, not a slip. */
const LONGEST_SLIP = 3;
/** The same where it may also be a service's own variable. */
const LONGEST_SLIP_OF_OWN = 2;

/** @throws UserFacingError naming each variable of `.env` that nothing reads, and what was probably meant */
export function checkEnvFile(file: Environment): void {
  const prefixes = services.filter(({ kind }) => kind === 'service').map(({ name }) => `${name.toUpperCase()}_`);
  const settings = knownSettings();
  const isOwn = (name: string): boolean => prefixes.some((prefix) => name.startsWith(prefix)) && nearest(name, settings).slip > LONGEST_SLIP_OF_OWN;
  const unknown = Object.keys(file).filter((name) => !settings.includes(name) && !isOwn(name));
  if (unknown.length === 0) return;
  throw new UserFacingError(unknown.map((name) => `.env: ${name} is not a setting${suggestion(name, settings)}`).join('\n'));
}

/** Those of `.env.example`, which is their only list; one of them stands there as a comment. */
function knownSettings(): string[] {
  const example = readFileSync(join(repositoryRoot, '.env.example'), 'utf8');
  return [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
}

function suggestion(name: string, settings: readonly string[]): string {
  const { setting, slip } = nearest(name, settings);
  return slip <= LONGEST_SLIP ? ` (${setting}?)` : '; .env.example lists them';
}

function nearest(name: string, settings: readonly string[]): { setting: string; slip: number } {
  const [first = { setting: '', slip: Infinity }] = settings.map((setting) => ({ setting, slip: distance(name, setting) })).toSorted((a, b) => a.slip - b.slip);
  return first;
}

/** Levenshtein's: how many letters must be put in, left out or replaced. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let at = 1; at <= to.length; at += 1) {
      next.push(Math.min((row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (row[at - 1] ?? 0) + (to[at - 1] === letter ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
