import { snowflake, tsid, type TimeOrderedFormat, ulid, uuidV7, wait } from '../index';

const MS_2025 = 1_735_689_600_000;

describe('a generator', () => {
  // github.com/ulid/spec, README: 01BX5ZZKBKACTAV9WEVGEMMVRZ + 1 = ...VS0; at ...ZZZ generation fails. The randomness is the vector's.
  it.each([
    ['01BX5ZZKBKACTAV9WEVGEMMVRZ', '01BX5ZZKBKACTAV9WEVGEMMVS0'],
    ['01BX5ZZKBKZZZZZZZZZZZZZZZY', '01BX5ZZKBKZZZZZZZZZZZZZZZZ'],
  ])('counts a ULID up from %s', (first, second) => {
    const format = seededUlid(first);
    expect(format.generateMany(2)).toEqual([first, second]);
  });

  it('throws after the last ULID of a millisecond, again and again', () => {
    const format = seededUlid('01BX5ZZKBKZZZZZZZZZZZZZZZZ');
    expect(format.generate()).toBe('01BX5ZZKBKZZZZZZZZZZZZZZZZ');
    for (let i = 0; i < 3; i++) expect(() => format.generate()).toThrow('All ids of this tick are used');
  });

  it('stays as it was when the randomness, the node or an observer throws', () => {
    let [broken, now] = [false, MS_2025];
    const check = () => {
      if (broken) throw new Error('broken');
    };
    const formats = [
      uuidV7({ clock: () => now, random: check, onRollback: check }),
      snowflake({ clock: () => now, node: () => (check(), 1), onRollback: check }),
      tsid({ clock: () => now, node: () => (check(), 1), onRollback: check }),
    ];
    for (const format of formats) {
      const before: string = format.generate();
      for (const jump of [1, -5, 10]) {
        broken = true;
        now += jump;
        for (let i = 0; i < 5_000; i++) attempt(() => format.generate());
        broken = false;
      }
      expect(format.generate() > before).toBe(true);
    }
  });

  it('goes on at once when the clock, a day ahead for a while, is right again, if its node refused the day', () => {
    let now = MS_2025;
    const node = (timestampMs: number) => {
      if (timestampMs > MS_2025 + 1_000) throw new Error('outside the lease');
      return 1;
    };
    const check = <Id extends string>(format: TimeOrderedFormat<Id>) => {
      now = MS_2025 + 86_400_000;
      expect(() => format.generate()).toThrow('outside the lease'); // before its first id
      now = MS_2025;
      const before = format.generate();
      now = MS_2025 + 86_400_000;
      expect(() => format.generate()).toThrow('outside the lease');
      now = MS_2025 + 1;
      expect(format.timestamp(format.generate())).toEqual(new Date(now));
      now = MS_2025 - 1;
      expect(format.generate() > before).toBe(true);
    };
    check(snowflake({ clock: () => now, node }));
    check(tsid({ clock: () => now, node }));
  });

  it('refuses to give an observer the id that it is about to use', () => {
    let now = MS_2025;
    const format = uuidV7({ clock: () => now, onRollback: () => void format.generate() });
    const before = format.generate();
    now -= 5;
    expect(() => format.generate()).toThrow('asked it for an id');
    expect(format.generate() > before).toBe(true);
  });

  it('makes nothing before the time that its node has used up', () => {
    let now = MS_2025;
    const format = snowflake({ clock: () => now, node: 1, usedUntil: new Date(MS_2025 + 3), overflow: 'throw' });
    expect(() => format.generate()).toThrow('All ids of this tick are used');
    now += 4;
    expect(format.timestamp(format.generate()).getTime()).toBe(MS_2025 + 4);
  });

  it('waits in real time, and gives up when the clock stands', () => {
    let now = MS_2025;
    const format = uuidV7({ clock: () => now, rollback: wait(20) });
    format.generate();
    now -= 5;
    expect(() => format.generate()).toThrow('The clock is 5 ms behind what it has already shown, and the rollback policy of this uuidv7 generator is wait(20 ms).');
    const patient = uuidV7({ clock: () => now, rollback: 'wait', pause: (ms) => (now += ms) });
    now = MS_2025;
    patient.generate();
    now -= 500;
    expect(patient.timestamp(patient.generate()).getTime()).toBe(MS_2025);
  });
});

function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // what is made afterwards is looked at
  }
}

/** A generator whose first id is `first`: its randomness is fed so that the digits come out. */
function seededUlid(first: string) {
  const format = ulid();
  const value = BigInt(`0x${Buffer.from(format.toBytes(format.parse(first))).toString('hex')}`) & ((1n << 80n) - 1n);
  const words = Int32Array.of(Number(value >> 50n) | 0, Number((value >> 20n) & 0x3fff_ffffn), Number(value & 0xf_ffffn));
  return ulid({
    clock: () => format.timestamp(format.parse(first)).getTime(),
    random: (buffer) => buffer.set(new Uint8Array(words.buffer)),
  });
}
