import { setTimeout as sleep } from 'node:timers/promises';

/** Reads again and again until the value holds; what throws does not hold. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      const value = await read();
      if (holds(value)) return value;
      if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms; last: ${JSON.stringify(value)}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(20);
  }
}
