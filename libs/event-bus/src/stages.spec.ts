import fc from 'fast-check';
import { type Stage, toStages } from './stages';

interface Item {
  readonly key: string;
  readonly group: string;
}

const rules = { keyOf: ({ key }: Item) => key, groupOf: ({ group }: Item) => group, sizeOf: () => 3 };

const flat = (stages: readonly Stage<Item, string>[]): Item[] => stages.flatMap(({ items }) => items);

describe('stages', () => {
  const batch = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), group: fc.constantFrom('x', 'y') }), { maxLength: 40 });

  it('hold every item once, in the order of its key, with others of its group, and no more than fit', () => {
    fc.assert(
      fc.property(batch, (items) => {
        const stages = toStages(items, rules);
        const staged = flat(stages);
        expect(new Set(staged)).toEqual(new Set(items));
        expect(staged).toHaveLength(items.length);
        for (const key of 'abc') {
          expect(staged.filter((item) => item.key === key)).toEqual(items.filter((item) => item.key === key));
        }
        for (const { group, items: together } of stages) {
          expect(together.every((item) => item.group === group)).toBe(true);
          expect(together.length).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('part where an item of another group comes between two of a key, and for that key only', () => {
    const [a1, b1, between, a2, b2] = [
      { key: 'a', group: 'x' },
      { key: 'b', group: 'x' },
      { key: 'a', group: 'y' },
      { key: 'a', group: 'x' },
      { key: 'b', group: 'x' },
    ];
    const stages = toStages([a1, b1, between, a2, b2], rules);
    expect(stages.map(({ items }) => items)).toEqual([[a1, b1, b2], [between], [a2]]);
  });

  it('begin anew when one is full', () => {
    const items = Array.from({ length: 7 }, () => ({ key: 'a', group: 'x' }));
    expect(toStages(items, rules).map(({ items: together }) => together.length)).toEqual([3, 3, 1]);
  });
});
