const LONGEST_MS = 20_000;
const SHORTEST_MS = 1_000;
/** So often a visitor asks while they wait; near the front the shortest time decides. */
const POLLS = 8;
/** Who came in one moment would come again in one moment. */
const JITTER = 0.3;

/** In so long everybody asks again who does as they are told, in milliseconds: after a loss of Redis all are back then. */
export function longestPollMs(graceMs: number): number {
  return Math.min(LONGEST_MS, graceMs / 3) * (1 + JITTER);
}

/**
 * When to ask again: seldom from far behind, often near the front.
 *
 * @param etaMs undefined where nobody knows
 * @param intervalMs of the room: in a fast one a second is long
 * @param graceMs whoever does not ask for so long is taken to have left
 */
export function pollAfterMs(etaMs: number | undefined, intervalMs: number, graceMs: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_MS, graceMs / 3);
  const shortest = Math.min(SHORTEST_MS, longest, Math.max(100, intervalMs / 5));
  const wanted = etaMs === undefined ? longest : Math.min(Math.max(etaMs / POLLS, shortest), longest);
  return Math.round(wanted * (1 - JITTER + 2 * JITTER * random));
}
