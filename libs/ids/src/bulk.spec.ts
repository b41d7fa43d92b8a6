import { absorb, borrow, ksuid, snowflake, timeflake, tsid, typeId, ulid, uuidV6, uuidV7, type GeneratorOptions, type TimeOrderedFormat } from './index';

const MS_2025 = 1_735_689_600_000;
type Any = TimeOrderedFormat<string>;

const FORMATS: readonly (readonly [string, (options: GeneratorOptions) => Any])[] = [
  ['uuidv6', uuidV6],
  ['uuidv7', uuidV7],
  ['ulid', ulid],
  ['ksuid', ksuid],
  ['timeflake', timeflake],
  ['typeid', (options) => typeId({ prefix: 'user', ...options })],
  ['snowflake', (options) => snowflake({ node: 1, ...options })],
  ['tsid', (options) => tsid({ node: 1, ...options })],
];

describe.each(FORMATS)('%s in bulk', (_name, make) => {
  it('stays in order, without a duplicate, among single ids and under a clock that jumps', () => {
    let now = MS_2025;
    const format = make({ clock: () => now, rollback: absorb(Infinity), overflow: borrow(Infinity) });
    const ids: string[] = [];
    for (const [count, jump] of [[1, 0], [63, 5], [64, -1_000], [65, 0], [5_000, 2_000], [300, -3_600_000], [0, 1], [9_000, 7_200_000], [2, 0]] as const) {
      ids.push(...format.generateMany(count), format.generate());
      now += jump;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort(format.compare.bind(format))).toEqual(ids);
  });

  it('follows the clock', () => {
    let looks = 0;
    const format = make({ clock: () => MS_2025 + 1_000 * looks++ });
    const ids = format.generateMany(1_000);
    const times = ids.map((id) => format.timestamp(id).getTime());
    expect(new Set(times.slice(0, 64))).toEqual(new Set([MS_2025]));
    expect(times.at(-1)).toBe(MS_2025 + 15_000); // 1,000 ids are 16 looks
    expect(format.timestamp(format.generate()).getTime()).toBe(MS_2025 + 16_000);
  });

  it('refuses an observer that asks for an id', () => {
    const clock = jumpingBackAfter(1);
    const format: Any = make({ clock, onRollback: () => format.generate() });
    format.generate();
    expect(() => format.generateMany(10)).toThrow('An observer of this');
    expect(format.generateMany(100)).toHaveLength(100);
  });
});

describe('after a throw in the middle of a bulk', () => {
  it('the next Snowflake looks at the clock', () => {
    let now = MS_2025;
    let left = 10;
    const format = snowflake({
      clock: () => now,
      node: () => {
        if (left-- === 0) throw new Error('The lease has ended.');
        return 1;
      },
    });
    expect(() => format.generateMany(100)).toThrow('The lease has ended.');
    now += 60_000;
    expect(format.timestamp(format.generate()).getTime()).toBe(now);
  });

  it('all ids that a Snowflake generator has made before differ from those after', () => {
    const format = snowflake({ clock: () => MS_2025, node: 1, overflow: 'throw' });
    expect(() => format.generateMany(5_000)).toThrow('All ids of this tick are used');
    expect(() => format.generate()).toThrow('All ids of this tick are used');
  });
});

it('asks for the node with each id, for a lease may end between two', () => {
  let asked = 0;
  snowflake({ clock: () => MS_2025, node: () => Math.sign(asked++ + 1) }).generateMany(200);
  expect(asked).toBe(200);
});

// The tick is used up in the middle of 64 ids, which share a look at the clock.
describe('when the ids of a tick are used up', () => {
  it('looks at the clock at once', () => {
    let [looks, used] = [0, 0];
    const format = snowflake({ node: 1, clock: () => MS_2025 + (used > 0 ? looks++ : 0), onOverflow: () => used++ });
    const ids = [...Array.from({ length: 10 }, () => format.generate()), ...format.generateMany(4_096)];
    expect(new Set(ids).size).toBe(ids.length);
    expect(used).toBe(1);
    expect(format.timestamp(ids.at(-1) as (typeof ids)[number]).getTime()).toBe(MS_2025 + 10);
  });

  it('refuses an observer that asks for an id', () => {
    const format: Any = snowflake({ node: 1, clock: () => MS_2025, overflow: borrow(10), onOverflow: () => format.generate() });
    for (let i = 0; i < 10; i++) format.generate();
    expect(() => format.generateMany(5_000)).toThrow('An observer of this');
  });
});

function jumpingBackAfter(looks: number): () => number {
  let left = looks;
  return () => (left-- > 0 ? MS_2025 : MS_2025 - 1_000);
}
