import { type Outcome, Turns } from './turns';

interface Batch {
  readonly key: string;
  readonly items: readonly string[];
  readonly end: (outcomes?: readonly Outcome<string>[]) => void;
  readonly fail: (error: Error) => void;
}

function stage(most = 3): { turns: Turns<string, string>; batches: Batch[] } {
  const batches: Batch[] = [];
  const turns = new Turns<string, string>(
    (key, items) =>
      new Promise((resolve, reject) => {
        batches.push({ key, items, end: (outcomes = items.map((item) => ({ result: item.toUpperCase() }))) => resolve(outcomes), fail: reject });
      }),
    most,
  );
  return { turns, batches };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('who comes alone is written at once; who comes meanwhile is written together, in order, at most so many; other keys wait for nobody', async () => {
  const { turns, batches } = stage();
  const first = turns.take('a', 'one');
  const others = ['two', 'three', 'four', 'five'].map((item) => turns.take('a', item));
  const elsewhere = turns.take('b', 'six');
  expect(batches.map(({ key, items }) => [key, items])).toEqual([['a', ['one']], ['b', ['six']]]);
  batches[0]?.end();
  batches[1]?.end();
  expect(await Promise.all([first, elsewhere])).toEqual(['ONE', 'SIX']);
  await settled();
  expect(batches[2]?.items).toEqual(['two', 'three', 'four']);
  batches[2]?.end();
  await settled();
  expect(batches[3]?.items).toEqual(['five']);
  batches[3]?.end();
  expect(await Promise.all(others)).toEqual(['TWO', 'THREE', 'FOUR', 'FIVE']);
});

it('fails who is to blame, all of a batch that fails, and goes on', async () => {
  const { turns, batches } = stage();
  const first = turns.take('a', 'one');
  const pair = Promise.allSettled([turns.take('a', 'two'), turns.take('a', 'three')]);
  batches[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await settled();
  batches[1]?.end([{ result: 'TWO' }, { error: new Error('refused') }]);
  expect((await pair).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const last = turns.take('a', 'four');
  expect(batches[2]?.items).toEqual(['four']);
  batches[2]?.end();
  expect(await last).toBe('FOUR');
});
