/**
 * Whoever bounds the whole run (`.ci/run`) says by when this part has to begin: one that is broken off proves nothing, and takes with it what the others have.
 *
 * @param now seconds since 1970
 */
export function whyTooLate(now: number, environment: NodeJS.ProcessEnv): string | undefined {
  const late = now - Number(environment['MADANG_CONTAINERS_BY'] ?? Infinity);
  return late > 0 ? `the steps before have ended ${(late / 60).toFixed(1)} minutes after it had to begin (MADANG_CONTAINERS_BY)` : undefined;
}
