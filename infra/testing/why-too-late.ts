/** What the containers take at most where everything before them took its usual time, images from nothing included. */
const CONTAINERS_SECONDS = 26 * 60;

/** When the whole run has to be over, in seconds since 1970, where somebody bounds it (`.ci/run`). */
export function endOf(environment: NodeJS.ProcessEnv): number {
  return Number(environment['MADANG_END_BY'] || Infinity);
}

/** @param now seconds since 1970 */
export function whyTooLate(now: number, environment: NodeJS.ProcessEnv): string | undefined {
  const late = now + CONTAINERS_SECONDS - endOf(environment);
  return late > 0 ? `the steps before have ended ${(late / 60).toFixed(1)} minutes too late for it to end in time (MADANG_END_BY)` : undefined;
}
