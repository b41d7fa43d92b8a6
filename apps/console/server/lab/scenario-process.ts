import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const ENTRY = 'e2e/scenarios/main.ts';
/** What a scenario needs to reach the platform; the rest of this process's environment is none of its business. */
const VARIABLES = ['PATH', 'TZ', 'LAB_RUNNER_FILE', 'LAB_POSTGRES_URLS', 'LAB_SERVICE_URLS', 'ADMIN_TOKEN', 'KAFKA_BROKERS', 'MADANG_LAB', 'NODE_COMPILE_CACHE'];

/** Scenarios are played where they are defined, by the command that a person would type. They come with the repository, not with a built image. */
export function hasScenarios(): boolean {
  return existsSync(ENTRY);
}

export function spawnScenario(args: readonly string[]): ChildProcessWithoutNullStreams {
  const env = Object.fromEntries(VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const])));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, '--json', ...args], { env, stdio: 'pipe' });
  child.stdin.end();
  return child;
}
