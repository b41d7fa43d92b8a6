import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batch } from './batch';

it('asks once for what is asked in one moment, and gives each its own answer', async () => {
  const asked: (readonly number[])[] = [];
  const batch = new Batch<number, string>(async (questions) => {
    asked.push(questions);
    return questions.map(String);
  });
  expect(await Promise.all([1, 2, 3].map((question) => batch.answer(question)))).toEqual(['1', '2', '3']);
  const late = [batch.answer(4)];
  await nextTurn();
  late.push(batch.answer(5));
  expect(await Promise.all(late)).toEqual(['4', '5']);
  expect(asked).toEqual([[1, 2, 3], [4], [5]]);
});

it('asks for a hundred at a time', async () => {
  const sizes: number[] = [];
  const batch = new Batch<number, number>(async (questions) => {
    sizes.push(questions.length);
    return questions;
  });
  const all = Array.from({ length: 250 }, (_, index) => index);
  expect(await Promise.all(all.map((question) => batch.answer(question)))).toEqual(all);
  expect(sizes).toEqual([100, 100, 50]);
});

it('fails for all of a batch, and not for the next one', async () => {
  let isAway = true;
  const batch = new Batch<number, number>(async (questions) => {
    if (isAway) throw new Error('away');
    return questions;
  });
  expect((await Promise.allSettled([batch.answer(1), batch.answer(2)])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isAway = false;
  expect(await batch.answer(3)).toBe(3);
});

it('gives nobody an answer that is not theirs', async () => {
  const batch = new Batch<number, number>(async (questions) => questions.slice(0, 1));
  expect((await Promise.allSettled([batch.answer(1), batch.answer(2)])).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});
