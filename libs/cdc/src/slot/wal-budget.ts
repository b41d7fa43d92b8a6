/**
 * Estimates when the server will give the slot up, from how fast its `safe_wal_size` shrinks.
 *
 * The rate is a moving average over about the last ten observations, so that one burst gives no false alarm.
 */
export class WalBudget {
  private last: { readonly atMs: number; readonly bytes: number } | null = null;
  private bytesPerSecond = 0;

  /** @param safeWalBytes null where the server keeps the log without bound: there is no budget then. */
  observe(nowMs: number, safeWalBytes: number | null): void {
    const { last } = this;
    this.last = safeWalBytes === null ? null : { atMs: nowMs, bytes: safeWalBytes };
    if (safeWalBytes === null || last === null || nowMs <= last.atMs) return;
    const rate = ((last.bytes - safeWalBytes) * 1000) / (nowMs - last.atMs);
    this.bytesPerSecond += (rate - this.bytesPerSecond) / 10;
  }

  /** Seconds until the slot is lost if nothing changes; null while the budget does not shrink. */
  secondsLeft(): number | null {
    if (this.last === null || this.bytesPerSecond <= 0) return null;
    return Math.max(0, this.last.bytes / this.bytesPerSecond);
  }
}
