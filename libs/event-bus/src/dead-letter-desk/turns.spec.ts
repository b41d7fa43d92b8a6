import { DeskUnavailableError } from './desk-errors';
import { inTime } from './in-time';
import { Turns } from './turns';

let turns: Turns;

beforeEach(() => {
  jest.useFakeTimers();
  turns = new Turns();
});

afterEach(() => jest.useRealTimers());

/** A change that sends something which hangs until it is let go. */
function hanging(): { readonly change: Promise<void>; readonly letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const change = turns.take(() => inTime('publishing again', turns.keepFor(promise)));
  change.catch(() => undefined); // it is looked at later
  return { change, letGo: resolve };
}

describe('turns', () => {
  it('are taken one after the other, also after one that failed', async () => {
    const done: number[] = [];
    const change = (n: number) => turns.take(async () => {
      done.push(n);
      await Promise.resolve();
      if (n === 1) throw new Error('refused');
      done.push(n);
    });
    await Promise.allSettled([1, 2, 3].map(change));
    expect(done).toEqual([1, 2, 2, 3, 3]);
  });

  it('are kept by what was begun, though nobody waits for it any more', async () => {
    const { change, letGo } = hanging();
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(change).rejects.toBeInstanceOf(DeskUnavailableError);
    let discarded = false;
    const next = turns.take(async () => void (discarded = true));
    await jest.advanceTimersByTimeAsync(4_000);
    expect(discarded).toBe(false);
    letGo();
    await next;
    expect(discarded).toBe(true);
  });

  it('that do not come in time are given up: what was asked for does not happen later', async () => {
    const { letGo } = hanging();
    await jest.advanceTimersByTimeAsync(5_000);
    const done: string[] = [];
    const late = turns.take(async () => void done.push('late'));
    late.catch(() => undefined); // it is looked at later
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(late).rejects.toBeInstanceOf(DeskUnavailableError);
    const patient = turns.take(async () => void done.push('patient'));
    letGo();
    await patient;
    expect(done).toEqual(['patient']);
  });
});
