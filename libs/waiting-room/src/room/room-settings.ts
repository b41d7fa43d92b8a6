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
  /** Whoever has not asked for so long is taken to have left, in milliseconds. More than a minute: so seldom browsers let a page in the background ask. */
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
  graceMs: 120_000,
  passTtlMs: 600_000,
  ticketTtlMs: 86_400_000,
  onOutage: 'closed',
};

const DAY_MS = 86_400_000;

/** The least and the most of each setting that is a whole number. */
export const SETTING_BOUNDS = {
  limit: [1, 10_000],
  intervalMs: [1, DAY_MS],
  opensAt: [1_000_000_000_000, 4_102_444_800_000],
  graceMs: [100, DAY_MS],
  passTtlMs: [1_000, 30 * DAY_MS],
  ticketTtlMs: [1_000, 30 * DAY_MS],
} as const;

export type SettingFault = { readonly setting: keyof RoomSettings; readonly fault: string };

/** Some settings are none; `faults` names each. */
export class InvalidSettingsError extends RangeError {
  readonly code = 'WAITING_ROOM_INVALID_SETTINGS';

  constructor(readonly faults: readonly SettingFault[]) {
    super(`${faults.map(({ setting, fault }) => `${setting} is ${fault}`).join('; ')}.`);
    this.name = 'InvalidSettingsError';
  }
}

/** @throws InvalidSettingsError, also where a new room lacks its rate */
export function checkSettings(settings: Partial<RoomSettings>): asserts settings is RoomSettings {
  const faults: SettingFault[] = [];
  for (const [name, [least, most]] of Object.entries(SETTING_BOUNDS)) {
    const setting = name as keyof typeof SETTING_BOUNDS;
    const value = settings[setting];
    if (setting === 'opensAt' && value === undefined) continue;
    const what = value === undefined ? 'missing' : String(value);
    if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) faults.push({ setting, fault: `${what}: give a whole number from ${least} to ${most}` });
  }
  const { mode, onOutage } = settings;
  if (mode === undefined || !ROOM_MODES.includes(mode)) faults.push({ setting: 'mode', fault: `${mode}: give one of ${ROOM_MODES.join(', ')}` });
  if (onOutage !== 'open' && onOutage !== 'closed') faults.push({ setting: 'onOutage', fault: `${onOutage}: give open or closed` });
  if (faults.length > 0) throw new InvalidSettingsError(faults);
}
