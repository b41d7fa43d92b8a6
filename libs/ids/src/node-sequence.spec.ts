import { borrow, snowflake, type SnowflakeFormat, wait, tsid, type NodeOptions } from './index';

const MS_2025 = 1_735_689_600_000;

it.each([
  ['snowflake', (options: NodeOptions) => snowflake(options)],
  ['tsid', (options: NodeOptions) => tsid(options)],
])('%s: ids of one generator go up, and are its node’s, also when a lesser node number takes over within the tick', (_name, make) => {
  let node = 7;
  const format = make({ clock: () => MS_2025, node: () => node, overflow: borrow(10) }) as ReturnType<typeof tsid>;
  const nodeOf = (id: string): number => {
    const { fields } = format.explain(format.parse(id));
    return fields.filter(({ name }) => !['unused', 'time', 'sequence', 'counter'].includes(name)).reduce((sum, { value, bits }) => sum * 2 ** bits + Number(value), 0);
  };
  const ids: string[] = [];
  for (const next of [7, 7, 3, 3, 9]) {
    node = next;
    ids.push(format.generate());
    expect(nodeOf(ids.at(-1) ?? '')).toBe(next);
  }
  expect(ids).toEqual(ids.toSorted((a, b) => format.compare(format.parse(a), format.parse(b))));
  expect(new Set(ids).size).toBe(ids.length);
});

it('refuses a node function that asks its own generator, and makes no duplicate where it swallows that', () => {
  let now = MS_2025;
  const problems: unknown[] = [];
  const ids: SnowflakeFormat = snowflake({
    clock: () => now,
    node: () => {
      try {
        ids.generate();
      } catch (error) {
        problems.push(error);
      }
      return 1;
    },
  });
  const made: string[] = [];
  for (now of [MS_2025, MS_2025 + 5, MS_2025 + 3, MS_2025 + 5]) made.push(ids.generate());
  expect(problems).toHaveLength(4);
  expect(String(problems[0])).toContain('asked its own generator');
  expect(made).toEqual([...new Set(made)].sort());
});

describe('a time that the node refuses leaves nothing behind', () => {
  let [now, refused] = [MS_2025, Infinity];
  const node = (time: number): number => {
    if (time > refused) throw new Error('outside of the lease');
    return 1;
  };
  beforeEach(() => {
    [now, refused] = [MS_2025, Infinity];
  });

  it('where ids were borrowed from the future', () => {
    const ids = snowflake({ clock: () => now, overflow: borrow(10), rollback: 'throw', node });
    ids.generateMany(4_096 * 5);
    [now, refused] = [MS_2025 + 100, MS_2025 + 50];
    expect(() => ids.generate()).toThrow('outside of the lease');
    now = MS_2025 + 1; // later than all that has led to an id
    expect(ids.is(ids.generate())).toBe(true);
  });

  it('and no more can be borrowed by it', () => {
    const ids = snowflake({ clock: () => now, overflow: borrow(10), node });
    for (let glitch = 0; glitch < 5; glitch++) {
      [now, refused] = [MS_2025, Infinity];
      expect(() => ids.generateMany(4_096 * 12)).toThrow('All ids of this tick are used');
      [now, refused] = [MS_2025 + 6_000, MS_2025 + 5_000];
      expect(() => ids.generate()).toThrow('outside of the lease');
    }
    now = MS_2025 + 11;
    expect(ids.timestamp(ids.generate()).getTime()).toBe(now);
  });
});

it.each([0, 1])('makes nothing of a tick that is used up, also with node %i', (node) => {
  const ids = snowflake({ clock: () => MS_2025, node, usedUntil: new Date(MS_2025 + 3), overflow: 'throw' });
  expect(() => ids.generate()).toThrow('All ids of this tick are used');
});

it('gives up in time where the clock tells no time while it waits', () => {
  let looks = 0;
  const broken = snowflake({ clock: () => (looks++ === 0 ? MS_2025 : looks === 2 ? MS_2025 - 5 : NaN), node: 1, rollback: wait(20) });
  broken.generate();
  expect(() => broken.generate()).toThrow('behind what it has already shown');
});
