import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { UserFacingError } from '../../core/user-facing-error.ts';
import { elsewhereOf } from '../../postgres/places.ts';
import { runnerOf } from '../control-client.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';
import { stopSandbox } from './stop.ts';

/** Downloads; they cost time and hold nothing of the sandbox's. */
const KEPT = 'cache';
const SERVERS = ['postgres', 'replica-1', 'replica-2'] as const;

/** Deletes all data, after asking; `--yes` answers. */
export async function reset(args: readonly string[], environment: Environment): Promise<number> {
  const stateDirectory = stateDirectoryFrom(environment);
  const entries = existsSync(stateDirectory) ? readdirSync(stateDirectory).filter((name) => name !== KEPT) : [];
  if (entries.length === 0) {
    console.log('There is nothing to delete.');
    return 0;
  }
  if (!args.includes('--yes') && !(await confirmed(stateDirectory))) {
    console.log('Nothing was deleted.');
    return 1;
  }
  if (runnerOf(stateDirectory)) console.log('It runs: stopping it first.');
  await stopSandbox(stateDirectory);
  for (const entry of entries) rmSync(join(stateDirectory, entry), { recursive: true, force: true });
  if (process.getuid?.() === 0) {
    for (const server of SERVERS) rmSync(elsewhereOf(join(stateDirectory, server, 'data')), { recursive: true, force: true });
  }
  console.log('Deleted. The next npm start begins afresh.');
  return 0;
}

async function confirmed(stateDirectory: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserFacingError('npm run reset deletes all data of the sandbox and asks first. Without a terminal: npm run reset -- --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const running = runnerOf(stateDirectory) ? ' It runs and will be stopped.' : '';
  const answer = await terminal.question(`Delete all databases, topics, logs and secrets in ${stateDirectory}?${running} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
