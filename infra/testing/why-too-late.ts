/**
 * Whoever bounds the whole run (`.ci/run`) says by which of its minutes this part has to begin: one that is broken off proves nothing, and
 * takes with it what the others have.
 *
 * @param seconds since the run's begin
 */
export function whyTooLate(seconds: number, environment: NodeJS.ProcessEnv): string | undefined {
  const within = Number(environment['MADANG_CONTAINERS_WITHIN_MINUTES'] ?? Infinity);
  return seconds > within * 60 ? `the steps before have taken ${(seconds / 60).toFixed(0)} minutes, and it has to begin within ${within} (MADANG_CONTAINERS_WITHIN_MINUTES)` : undefined;
}
