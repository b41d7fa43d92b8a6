/**
 * - `open`: at the rate; who need not wait enters in the same call.
 * - `queue-all`: at the rate, but everybody takes a place first.
 * - `paused`: nobody is admitted; places are given.
 * - `draining`: those who wait are admitted, nobody new comes in.
 * - `pass-through`: everybody is admitted at once, and nothing is counted.
 */
export type RoomMode = 'open' | 'queue-all' | 'paused' | 'draining' | 'pass-through';

export const ROOM_MODES: readonly RoomMode[] = ['open', 'queue-all', 'paused', 'draining', 'pass-through'];

/** What a room holds to. Each may be changed while people wait. */
export interface RoomSettings {
  /** Admissions in any interval of `intervalMs`, 1 to 10,000. */
  readonly limit: number;
  /** In milliseconds, 1 to a day. */
  readonly intervalMs: number;
  readonly mode: RoomMode;
  /** Nobody is admitted before (ms since 1970); who comes earlier is put into an order that is drawn. Undefined: it is open. */
  readonly opensAt: number | undefined;
  /** Whoever has not asked for so long is taken to have left, in milliseconds. More than twice the longest time between two polls. */
  readonly graceMs: number;
  /** How long a pass holds after the admission, in milliseconds. */
  readonly passTtlMs: number;
  /** How long a ticket gets its place back after the server has forgotten it, in milliseconds. */
  readonly ticketTtlMs: number;
  /** While the server does not answer: everybody is let in with a pass that says so, or nobody is. */
  readonly onOutage: 'open' | 'closed';
}

export const DEFAULT_SETTINGS: Omit<RoomSettings, 'limit' | 'intervalMs'> = {
  mode: 'open',
  opensAt: undefined,
  graceMs: 60_000,
  passTtlMs: 600_000,
  ticketTtlMs: 86_400_000,
  onOutage: 'closed',
};

const DAY_MS = 86_400_000;
const MOST_ADMISSIONS = 10_000;

/** @throws RangeError that says what is wrong */
export function checkSettings({ limit, intervalMs, opensAt, graceMs, passTtlMs, ticketTtlMs }: RoomSettings): void {
  const check = (name: string, value: number, least: number, most: number): void => {
    if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name} is ${value}: give a whole number from ${least} to ${most}.`);
  };
  check('limit', limit, 1, MOST_ADMISSIONS);
  check('intervalMs', intervalMs, 1, DAY_MS);
  if (opensAt !== undefined) check('opensAt, in milliseconds since 1970,', opensAt, 1_000_000_000_000, 4_102_444_800_000);
  check('graceMs', graceMs, 100, DAY_MS);
  check('passTtlMs', passTtlMs, 1_000, 30 * DAY_MS);
  check('ticketTtlMs', ticketTtlMs, 1_000, 30 * DAY_MS);
}
