import { randomFillSync } from 'node:crypto';

/** Fills all of the buffer with random bytes, or throws. */
export type RandomFill = (buffer: Uint8Array) => void;

/** One call of the system's generator costs as much as thousands of words; 16 KiB stay in the first-level cache. */
const POOL_BYTES = 16 * 1024;

/** Random words out of a buffer that is filled now and then. Each word is handed out once. */
export class RandomPool {
  private readonly bytes = new Uint8Array(POOL_BYTES);
  private readonly words = new Int32Array(this.bytes.buffer);
  private at = this.words.length;

  constructor(private readonly fill: RandomFill) {}

  /** 32 random bits, as a signed integer. */
  next(): number {
    if (this.at === this.words.length) {
      this.fill(this.bytes);
      this.at = 0; // only now: after a throw nothing old is handed out again
    }
    return this.words[this.at++] as number;
  }
}

// One for this thread: a worker loads this module anew, so no two threads or processes share a pool.
const systemPool = new RandomPool((buffer) => randomFillSync(buffer));

export function randomPool(fill: RandomFill | undefined): RandomPool {
  return fill ? new RandomPool(fill) : systemPool;
}
