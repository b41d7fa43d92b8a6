import { UnavailableProblem } from '@madang/service-kit';

/** Runs a few tasks at once and lets a few more wait; whoever comes then is told to come back. */
export class BoundedQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws {UnavailableProblem} at once if too many wait already */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.maxRunning) this.running++;
    else await this.turn();
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next(); // takes over this one's place
      else this.running--;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) {
      throw new UnavailableProblem('busy', { detail: 'Too many requests wait already. Try again shortly.' });
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
