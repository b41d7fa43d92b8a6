import { UnavailableProblem } from '@madang/service-kit';
import { BoundedQueue } from './bounded-queue';

it('runs some tasks, lets some wait in order, and refuses the others at once', async () => {
  const queue = new BoundedQueue(2, 3);
  const gate = Promise.withResolvers<void>();
  const started: number[] = [];
  const task = (n: number) => queue.run(async () => {
    started.push(n);
    await gate.promise;
    return n;
  });
  const accepted = [1, 2, 3, 4, 5].map(task);
  await expect(task(6)).rejects.toBeInstanceOf(UnavailableProblem);
  expect(started).toEqual([1, 2]);
  gate.resolve();
  expect(await Promise.all(accepted)).toEqual([1, 2, 3, 4, 5]);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  await expect(task(7)).resolves.toBe(7);
});

it('gives a place free when a task fails', async () => {
  const queue = new BoundedQueue(1, 1);
  const outcomes = await Promise.allSettled([queue.run(() => Promise.reject(new Error('no'))), queue.run(() => Promise.resolve('yes'))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await expect(queue.run(() => Promise.resolve('again'))).resolves.toBe('again');
});

it('never runs more than it may', async () => {
  const queue = new BoundedQueue(3, 100);
  let running = 0;
  let most = 0;
  const task = () => queue.run(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  });
  await Promise.all(Array.from({ length: 50 }, task));
  expect(most).toBe(3);
});
