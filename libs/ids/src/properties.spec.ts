import fc from 'fast-check';
import { failureOf, MS_2025, refusal, SAMPLES } from '../test/samples';
import {
  absorb, borrow, ClockRollbackError, CounterExhaustedError, fromUuid, type GeneratorOptions, type IdFormat, InvalidIdError, TimeOutOfRangeError, toUuid, uuidV4,
} from './index';

const junk = fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[0-9a-zA-Z_-]{13,36}$/));

describe.each(Object.entries(SAMPLES))('%s', (_name, { make, first: earliest, last, unitMs = 1, few = false }) => {
  it('round trips, keeps one order, and has the bounds of its time', () => {
    const format = make();
    const times = fc.oneof(fc.integer({ min: earliest, max: last }), fc.integer({ min: MS_2025, max: MS_2025 + 1_000_000 }));
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
    expect(failureOf(strictness(make()))).toBeUndefined();
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
    expect(() => format.min(new Date(earliest - 1))).toThrow(TimeOutOfRangeError);
    expect(() => make({ clock: () => earliest - 1 }).generate()).toThrow(TimeOutOfRangeError);
    expect(format.timestamp(format.min(new Date(earliest))).getTime()).toBe(earliest);
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

describe('uuidv4', () => {
  it('round trips, and is as its random bits are', () => {
    const format = uuidV4();
    const failure = failureOf(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bits) => {
        const id = uuidV4({ random: (buffer) => buffer.forEach((_, index) => (buffer[index] = bits[index % 16] ?? 0)) }).generate();
        if (format.parse(id) !== id || !format.is(id) || format.parseLenient(id.toUpperCase()) !== id) throw new Error(`parse ${id}`);
        if (format.fromBytes(format.toBytes(id)) !== id || fromUuid(format, toUuid(format, id)) !== id) throw new Error(`bytes ${id}`);
        const words = new DataView(bits.buffer, bits.byteOffset);
        const raw = [0, 4, 8, 12].map((at) => words.getUint32(at, true).toString(16).padStart(8, '0')).join('');
        const free = (digits: string) => digits.slice(0, 12) + digits.slice(13, 16) + (parseInt(digits.charAt(16), 16) & 3) + digits.slice(17);
        if (free(id.replaceAll('-', '')) !== free(raw)) throw new Error(`${id} of ${raw}`);
      }),
    );
    expect(failure).toBeUndefined();
  });

  it('parses nothing but what its bytes give back', () => {
    expect(failureOf(strictness(uuidV4()))).toBeUndefined();
  });
});

/** Near misses of an id, and junk: either refused, or the canonical text of what it was read as. */
function strictness<Id extends string>(format: IdFormat<Id>) {
  const id = format.generate();
  const broken = fc.tuple(fc.nat(id.length), fc.string({ unit: 'grapheme-ascii', maxLength: 2 }), fc.nat(2));
  const texts = fc.oneof(junk, broken.map(([at, put, drop]) => id.slice(0, at) + put + id.slice(at + drop)));
  return fc.property(texts, (text) => {
    const error = refusal(() => format.parse(text));
    if (format.is(text) === error instanceof InvalidIdError) throw new Error(`is and parse differ on ${text}`);
    if (!error && format.fromBytes(format.toBytes(text as Id)) !== text) throw new Error(`accepted ${text}`);
  });
}
