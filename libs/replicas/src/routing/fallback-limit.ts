import { PrimaryFallbackLimitError } from './errors';

/** Counts what falls back to the primary, in windows of a second. */
export class FallbackLimit {
  #windowEnds = 0;
  #taken = 0;

  constructor(private readonly perSecond: number) {}

  /** @throws PrimaryFallbackLimitError */
  take(): void {
    const now = performance.now();
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + 1_000;
      this.#taken = 0;
    }
    if (this.#taken >= this.perSecond) throw new PrimaryFallbackLimitError(this.perSecond);
    this.#taken += 1;
  }
}
