import { borrow, snowflake, type SnowflakeFormat, tsid, type NodeOptions } from './index';

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

it('refuses a node function that asks its own generator for an id', () => {
  const inner: string[] = [];
  const ids: SnowflakeFormat = snowflake({
    clock: () => MS_2025,
    node: () => {
      if (inner.length === 0) {
        inner.push('');
        inner[0] = ids.generate();
      }
      return 1;
    },
  });
  expect(() => ids.generate()).toThrow('asked its own generator');
  expect(inner).not.toContain(ids.generate());
});
