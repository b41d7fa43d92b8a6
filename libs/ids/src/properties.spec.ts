import fc from 'fast-check';
import {
  absorb, borrow, ClockRollbackError, CounterExhaustedError, fromUuid, InvalidIdError, ksuid, snowflake, timeflake, TimeOutOfRangeError, toUuid, tsid, typeId, ulid,
  uuidV4, uuidV6, uuidV7, type GeneratorOptions, type TimeOrderedFormat,
} from './index';

type Any = TimeOrderedFormat<string>;
const RUNS = 10_000;
const MS_2025 = 1_735_689_600_000;

interface Sample {
  readonly make: (options?: GeneratorOptions) => Any;
  /** The last millisecond that fits. */
  readonly last: number;
  readonly unitMs?: number;
  /** All ids of a tick can be used up within a test. */
  readonly few?: boolean;
}
const any = (format: unknown) => format as Any;
const SAMPLES: Record<string, Sample> = {
  uuidv6: { make: (options) => any(uuidV6(options)), last: 103_072_857_660_683 },
  uuidv7: { make: (options) => any(uuidV7(options)), last: 2 ** 48 - 1 },
  ulid: { make: (options) => any(ulid(options)), last: 2 ** 48 - 1 },
  ksuid: { make: (options) => any(ksuid(options)), last: (1_400_000_000 + 2 ** 32) * 1_000 - 1, unitMs: 1_000 },
  timeflake: { make: (options) => any(timeflake(options)), last: 2 ** 48 - 1 },
  typeid: { make: (options) => any(typeId({ prefix: 'user', ...options })), last: 2 ** 48 - 1 },
  twitter: { make: (options) => any(snowflake({ node: 5, ...options })), last: 1_288_834_974_657 + 2 ** 41 - 1, few: true },
  discord: { make: (options) => any(snowflake({ preset: 'discord', node: 1_023, ...options })), last: 1_420_070_400_000 + 2 ** 42 - 1, few: true },
  instagram: { make: (options) => any(snowflake({ preset: 'instagram', node: 8_191, ...options })), last: 1_314_220_021_721 + 2 ** 41 - 1, few: true },
  tsid: { make: (options) => any(tsid({ node: 5, ...options })), last: 1_577_836_800_000 + 2 ** 42 - 1, few: true },
};

/** The report with the smallest counterexample. */
function failureOf<T>(property: fc.IProperty<T>): string | undefined {
  return fc.defaultReportMessage(fc.check(property, { numRuns: RUNS }));
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const junk = fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[0-9a-zA-Z_-]{13,36}$/));

describe.each(Object.entries(SAMPLES))('%s', (_name, { make, last, unitMs = 1, few = false }) => {
  it('round trips, keeps one order, and has the bounds of its time', () => {
    const format = make();
    const times = fc.integer({ min: MS_2025, max: last });
    const failure = failureOf(
      fc.property(times, times, (first, second) => {
        const [x, y] = [first, second].map((time) => {
          const id = make({ clock: () => time }).generate();
          if (format.timestamp(id).getTime() !== time - (time % unitMs)) throw new Error(`time of ${id}`);
          return id;
        }) as [string, string];
        for (const id of [x, y]) {
          if (format.parse(id) !== id || !format.is(id) || format.parseLenient(id) !== id) throw new Error(`parse ${id}`);
          if (format.fromBytes(format.toBytes(id)) !== id) throw new Error(`bytes ${id}`);
          if (format.byteLength === 16 && fromUuid(format, toUuid(format, id)) !== id) throw new Error(`uuid ${id}`);
        }
        const order = Buffer.compare(format.toBytes(x), format.toBytes(y));
        if (format.compare(x, y) !== order || format.compare(y, x) !== 0 - order) throw new Error(`order of ${x} ${y}`);
        if (x.length === y.length && (x < y ? -1 : Number(x > y)) !== order) throw new Error(`text order of ${x} ${y}`);
        const tick = (time: number) => Math.floor(time / unitMs);
        if (tick(first) !== tick(second) && order !== Math.sign(first - second)) throw new Error(`time order of ${x} ${y}`);
        const [low, high] = [format.min(new Date(first)), format.max(new Date(first))];
        if (format.compare(low, x) > 0 || format.compare(x, high) > 0) throw new Error(`bounds of ${x}`);
        if (tick(format.timestamp(low).getTime()) !== tick(first) || tick(format.timestamp(high).getTime()) !== tick(first)) throw new Error(`time of the bounds of ${x}`);
      }),
    );
    expect(failure).toBeUndefined();
  });

  it('parses nothing but what its bytes give back', () => {
    const format = make();
    const id = format.generate();
    const broken = fc.tuple(fc.nat(id.length), fc.string({ unit: 'grapheme-ascii', maxLength: 2 }), fc.nat(2));
    const texts = fc.oneof(junk, broken.map(([at, put, drop]) => id.slice(0, at) + put + id.slice(at + drop)));
    const failure = failureOf(
      fc.property(texts, (text) => {
        const error = refusal(() => format.parse(text));
        if (format.is(text) === error instanceof InvalidIdError) throw new Error(`is and parse differ on ${text}`);
        if (!error && format.fromBytes(format.toBytes(text)) !== text) throw new Error(`accepted ${text}`);
      }),
    );
    expect(failure).toBeUndefined();
  });

  it('stays in order, without a duplicate, under a clock that stands, jumps back, and goes on', () => {
    let now = MS_2025;
    let [rollbacks, jumps] = [0, 0];
    const format = make({ clock: () => now, rollback: absorb(Infinity), overflow: borrow(Infinity), onRollback: () => rollbacks++ });
    let latest = format.generate();
    const failure = failureOf(
      fc.property(fc.constantFrom(0, 0, 0, 1, 1, 2, 999, -1_000, -3_600_000, 5_000), fc.integer({ min: 1, max: 30 }), (jump, count) => {
        now += jump;
        if (jump <= -1_000) jumps++;
        for (const id of format.generateMany(count)) {
          if (format.compare(latest, id) >= 0) throw new Error(`${id} after ${latest}`);
          latest = id;
        }
      }),
    );
    expect(failure).toBeUndefined();
    expect(rollbacks).toBe(jumps);
  });

  it('throws past its last tick, and makes nothing that wraps around', () => {
    let now = last;
    const format = make({ clock: () => now, rollback: absorb(Infinity) });
    const id = format.generate();
    expect(format.compare(id, format.max(new Date(last)))).toBeLessThanOrEqual(0);
    for (const time of [last + 1, last + 86_400_000, NaN, Infinity]) {
      now = time;
      expect(() => format.generate()).toThrow(TimeOutOfRangeError);
    }
    now = last;
    expect(format.compare(id, format.generate())).toBe(-1);
    expect(() => format.min(new Date(last + 1))).toThrow(TimeOutOfRangeError);
    expect(() => format.max(new Date(NaN))).toThrow(TimeOutOfRangeError);
  });

  it('absorbs ten seconds, refuses an hour, and goes on when the clock has caught up', () => {
    let now = MS_2025;
    const seen: unknown[] = [];
    const format = make({ clock: () => now, onRollback: (event) => seen.push(event) });
    const before = format.generate();
    now -= 10_000;
    const absorbed = format.generate();
    expect(format.compare(before, absorbed)).toBe(-1);
    now = MS_2025 - 3_600_000;
    expect(() => format.generate()).toThrow(ClockRollbackError);
    expect(() => format.generate()).toThrow(ClockRollbackError);
    expect(seen).toEqual([10_000, 3_600_000].map((behindMs) => ({ format: format.name, policy: 'absorb', behindMs })));
    now = MS_2025;
    expect(format.compare(absorbed, format.generate())).toBe(-1);
  });

  it('uses up a tick: throws, borrows up to its bound, or waits', () => {
    if (!few) return;
    let now = MS_2025;
    const events: string[] = [];
    const using = (options: GeneratorOptions) => make({ clock: () => now, onOverflow: ({ policy, aheadMs }) => events.push(`${policy} ${aheadMs}`), ...options });
    const strict = using({ overflow: 'throw' });
    const ids: string[] = [];
    const drain = () => {
      for (;;) ids.push(strict.generate());
    };
    expect(drain).toThrow(CounterExhaustedError);
    expect([1_024, 4_096]).toContain(ids.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(() => strict.generate()).toThrow(CounterExhaustedError);
    now++;
    expect(strict.compare(ids.at(-1) ?? '', strict.generate())).toBe(-1);
    now = MS_2025;
    const borrowing = using({ overflow: borrow(2) });
    expect(new Set(borrowing.generateMany(3 * ids.length)).size).toBe(3 * ids.length);
    expect(() => borrowing.generate()).toThrow(CounterExhaustedError);
    const waiting = using({ overflow: 'wait', pause: () => now++ });
    expect(new Set(waiting.generateMany(3 * ids.length)).size).toBe(3 * ids.length);
    expect(now).toBe(MS_2025 + 2);
    expect(events).toEqual(['throw 1', 'throw 1', 'borrow 1', 'borrow 2', 'borrow 3', 'wait 1', 'wait 1']);
  });
});

it('uuidv4 round trips', () => {
  const format = uuidV4();
  for (const id of format.generateMany(RUNS)) expect(format.fromBytes(format.toBytes(format.parse(id)))).toBe(id);
});
