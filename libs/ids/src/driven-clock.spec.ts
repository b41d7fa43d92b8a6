import fc from 'fast-check';
import { type Any, failureOf, MS_2025, SAMPLES } from '../test/samples';
import { absorb, borrow, ClockRollbackError, type GeneratorOptions, TimeOutOfRangeError } from './index';

/** By how much the clock goes on before the next ids: it stands, ticks, jumps back a second, the ten that are absorbed by default, and an hour. */
const JUMPS = [0, 0, 1, 2, 999, 5_000, 3_600_000, -1, -1_000, -1_001, -10_000, -10_001, -3_600_000] as const;
const steps = fc.array(fc.tuple(fc.constantFrom(...JUMPS), fc.nat(3)), { maxLength: 12 });

interface Policy {
  readonly options: GeneratorOptions;
  /** How far back the clock may go. */
  readonly mostMs: number;
}
const DEFAULT: Policy = { options: {}, mostMs: 10_000 };
const policies = fc.constantFrom<Policy>(
  DEFAULT,
  DEFAULT,
  DEFAULT,
  { options: { rollback: absorb(1_000), overflow: borrow(1) }, mostMs: 1_000 },
  { options: { rollback: absorb(Infinity), overflow: borrow(Infinity) }, mostMs: Infinity },
  { options: { rollback: 'throw', overflow: 'throw' }, mostMs: 0 },
  { options: { rollback: 'wait', overflow: 'wait' }, mostMs: Infinity },
);

/** What came of asking for an id, or of asking for several at once. */
function attempt(make: () => string[]): string[] | typeof ClockRollbackError | typeof TimeOutOfRangeError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ClockRollbackError) return ClockRollbackError;
    if (error instanceof TimeOutOfRangeError) return TimeOutOfRangeError;
    throw error;
  }
}

describe.each(Object.entries(SAMPLES))('%s', (_name, { make, last, unitMs = 1 }) => {
  const tickOf = (ms: number) => Math.floor(ms / unitMs);

  it('stays in order under a clock that stands, jumps, and runs over the end, by the default policies and by each other', () => {
    const failure = failureOf(
      fc.property(policies, fc.constantFrom(MS_2025, last - 3_600_000, last - 1_000, last), steps, fc.boolean(), ({ options, mostMs }, start, script, many) => {
        let now = start;
        const format: Any = make({ ...options, clock: () => now, pause: (ms) => (now += Math.max(1, ms)) });
        let latest: string | undefined;
        let peak = -Infinity;
        for (const [jump, count] of script) {
          now += jump;
          const tick = tickOf(now);
          const outcome = attempt(() => (many ? format.generateMany(count) : Array.from({ length: count }, () => format.generate())));
          if (count === 0) continue;
          if (tick > tickOf(last)) {
            if (outcome !== TimeOutOfRangeError) throw new Error(`past the end: ${String(outcome)}`);
          } else if ((peak - tick) * unitMs > mostMs) {
            if (outcome !== ClockRollbackError) throw new Error(`too far back: ${String(outcome)}`);
          } else {
            if (typeof outcome === 'function') throw new Error(`refused by ${outcome.name} at ${now}`);
            if (outcome.length !== count) throw new Error(`${outcome.length} instead of ${count}`);
            peak = Math.max(peak, tick);
            for (const id of outcome) {
              if (format.parse(id) !== id) throw new Error(`parse ${id}`);
              if (latest !== undefined && format.compare(latest, id) !== -1) throw new Error(`${id} after ${latest}`);
              if (tickOf(format.timestamp(id).getTime()) !== peak) throw new Error(`the time of ${id}`);
              latest = id;
            }
          }
        }
      }),
    );
    expect(failure).toBeUndefined();
  });

  it('makes many at once as it makes one after another', () => {
    let now = MS_2025;
    const seeded = () => {
      let word = 0;
      return make({ clock: () => now, rollback: absorb(Infinity), overflow: borrow(Infinity), random: (buffer) => buffer.forEach((_, index) => (buffer[index] = (word = (word * 69_069 + 1) & 0xff_ffff) >>> 9)) });
    };
    const [one, many] = [seeded(), seeded()];
    const failure = failureOf(
      fc.property(fc.constantFrom(0, 1, 2, 999, -1_000), fc.nat(40), fc.nat(3), (jump, count, alone) => {
        now += jump;
        const singly = Array.from({ length: count + alone }, () => one.generate());
        const together = [...many.generateMany(count), ...Array.from({ length: alone }, () => many.generate())];
        if (singly.join() !== together.join()) throw new Error(`${singly.join()} and ${together.join()}`);
      }),
    );
    expect(failure).toBeUndefined();
  });
});
