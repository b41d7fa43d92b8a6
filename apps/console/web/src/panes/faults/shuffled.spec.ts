import { shuffled } from './shuffled';

it('is an order of all, always the same for a name, and not the same for all names', () => {
  const names = Array.from({ length: 30 }, (_, index) => `fault-${index}`);
  for (const name of names) {
    expect(shuffled(3, name).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(shuffled(3, name)).toEqual(shuffled(3, name));
  }
  expect(new Set(names.map((name) => shuffled(3, name)[0])).size).toBe(3);
});
