import { wait } from './clock/policies';
import { InvalidOptionError, wholeNumber } from './errors/invalid-option.error';
import type { GeneratorOptions } from './generator-options';

/** What the formats with a node number take. Two generators that run with the same number make the same ids. */
export interface NodeOptions extends GeneratorOptions {
  /**
   * This process's (and thread's, and generator's) own number. There is no default: every default collides. A function is asked for each id, with the
   * time that it will bear (milliseconds since 1970), and throws when the process may not use its number for that (a lease that has ended).
   */
  readonly node: number | ((timestampMs: number) => number);
  /** Times up to this one are used up, for example by this node before a restart. Nothing is made until the clock has passed it (policy `rollback`). */
  readonly usedUntil?: Date;
}

/** The ids of a millisecond are few, so a burst has to wait for the next one. */
export const NODE_DEFAULT_OVERFLOW = wait(1_000);

/** @throws InvalidOptionError */
export function nodeSource(node: NodeOptions['node'], most: number): (timestampMs: number) => number {
  if (typeof node === 'function') {
    return (timestampMs) => {
      const now = node(timestampMs);
      return Number.isInteger(now) && now >= 0 && now <= most ? now : wholeNumber('node', now, 0, most);
    };
  }
  if (typeof node !== 'number') throw new InvalidOptionError('node', node, `a number from 0 to ${most} of this generator's own, or a function that leases one`);
  wholeNumber('node', node, 0, most);
  return () => node;
}

export function validTime(option: string, time: Date): number {
  const ms = time.getTime();
  if (Number.isNaN(ms)) throw new InvalidOptionError(option, time, 'a time');
  return ms;
}
