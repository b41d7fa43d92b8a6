import { waitUntil } from '../core/wait-until.ts';
import type { Child, Exit } from './child.ts';
import type { ProcessDefinition } from './process-definition.ts';

/**
 * Resolves when `check` passes, and `afterHealthy` after it; or when only a person can see to that.
 *
 * @returns what the person has to do
 * @throws when the child ends before, `startTimeoutMs` has passed, or the signal aborts
 */
export async function untilHealthy(
  child: Child,
  check: () => Promise<void> | undefined,
  { afterHealthy, needsHelp, startTimeoutMs = 60_000 }: Pick<ProcessDefinition, 'afterHealthy' | 'needsHelp' | 'startTimeoutMs'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const checkOrHelp = async (): Promise<string | undefined> => {
    try {
      await check();
      return undefined;
    } catch (error) {
      const help = await needsHelp?.().catch(() => undefined);
      if (help === undefined) throw error;
      return help;
    }
  };
  const ended = new AbortController();
  const death = child.exited.then((exit) => {
    ended.abort();
    throw new Error(`ended before it was healthy (${describeExit(exit)})`);
  });
  const health = waitUntil(checkOrHelp, { what: 'healthy', timeoutMs: startTimeoutMs, signal: AbortSignal.any([signal, ended.signal]) }).then(async (help) => {
    await afterHealthy?.();
    return help;
  });
  // Whichever comes second rejects with nobody waiting.
  for (const outcome of [death, health]) outcome.catch(() => undefined);
  return Promise.race([death, health]);
}

export function describeExit(exit: Exit): string {
  return exit.signal ? `killed by ${exit.signal}` : `exit code ${exit.code}`;
}
