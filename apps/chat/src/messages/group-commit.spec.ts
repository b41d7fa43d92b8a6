import { GroupCommit, type Outcome } from './group-commit';

interface Batch {
  readonly items: readonly string[];
  readonly end: (outcomes?: readonly Outcome<string>[]) => void;
  readonly fail: (error: Error) => void;
}

function stage({ most = 3, mostWaiting = 100 } = {}): { group: GroupCommit<string, string>; batches: Batch[] } {
  const batches: Batch[] = [];
  const write = (items: readonly string[]): Promise<readonly Outcome<string>[]> =>
    new Promise((resolve, reject) => {
      batches.push({ items, end: (outcomes = items.map((item) => ({ result: item.toUpperCase() }))) => resolve(outcomes), fail: reject });
    });
  return { group: new GroupCommit(write, { most, mostWaiting }), batches };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('who comes alone is written at once; who comes meanwhile is written together, in order, at most so many', async () => {
  const { group, batches } = stage();
  const first = group.take('one');
  const others = ['two', 'three', 'four', 'five'].map((item) => group.take(item));
  expect(batches.map(({ items }) => items)).toEqual([['one']]);
  batches[0]?.end();
  expect(await first).toBe('ONE');
  await settled();
  expect(batches[1]?.items).toEqual(['two', 'three', 'four']);
  batches[1]?.end();
  await settled();
  expect(batches[2]?.items).toEqual(['five']);
  batches[2]?.end();
  expect(await Promise.all(others)).toEqual(['TWO', 'THREE', 'FOUR', 'FIVE']);
});

it('fails who is to blame, all of a batch that fails, and goes on', async () => {
  const { group, batches } = stage();
  const first = group.take('one');
  const pair = Promise.allSettled([group.take('two'), group.take('three')]);
  batches[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await settled();
  batches[1]?.end([{ result: 'TWO' }, { error: new Error('refused') }]);
  expect((await pair).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const last = group.take('four');
  expect(batches[2]?.items).toEqual(['four']);
  batches[2]?.end();
  expect(await last).toBe('FOUR');
});

it('refuses who comes while too many wait, and nobody once they have been written', async () => {
  const { group, batches } = stage({ mostWaiting: 2 });
  const taken = ['one', 'two', 'three'].map((item) => group.take(item));
  await expect(group.take('four')).rejects.toMatchObject({ status: 503, code: 'too-many-waiting' });
  batches[0]?.end();
  await settled();
  batches[1]?.end();
  expect(await Promise.all(taken)).toEqual(['ONE', 'TWO', 'THREE']);
  const last = group.take('five');
  batches[2]?.end();
  expect(await last).toBe('FIVE');
});
