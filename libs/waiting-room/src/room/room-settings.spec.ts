import { checkSettings, DEFAULT_SETTINGS, InvalidSettingsError, type RoomSettings } from './room-settings';

const settings: RoomSettings = { ...DEFAULT_SETTINGS, limit: 10, intervalMs: 5_000 };

it.each([
  ['limit', 1, 10_000],
  ['intervalMs', 1, 86_400_000],
  ['opensAt', 1_000_000_000_000, 4_102_444_800_000],
  ['graceMs', 100, 86_400_000],
  ['passTtlMs', 1_000, 2_592_000_000],
  ['ticketTtlMs', 1_000, 2_592_000_000],
] as const)('%s is from %i to %i, and whole', (name, least, most) => {
  for (const value of [least, most]) expect(() => checkSettings({ ...settings, [name]: value })).not.toThrow();
  for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, Infinity, '5' as never]) {
    expect(() => checkSettings({ ...settings, [name]: value })).toThrow(`${name} is ${value}: give a whole number from ${least} to ${most}.`);
  }
});

it('names each setting that is none, and what a new room lacks', () => {
  const check = (change: object): unknown => {
    try {
      return checkSettings({ ...DEFAULT_SETTINGS, ...change });
    } catch (error) {
      return (error as InvalidSettingsError).faults.map(({ setting }) => setting);
    }
  };
  expect(check({ limit: 1, intervalMs: 1 })).toBeUndefined();
  expect(check({})).toEqual(['limit', 'intervalMs']);
  expect(check({ limit: 0, intervalMs: 1.5, graceMs: 0, mode: 'ajar', onOutage: undefined })).toEqual(['limit', 'intervalMs', 'graceMs', 'mode', 'onOutage']);
  expect(new InvalidSettingsError([])).toBeInstanceOf(RangeError);
});
