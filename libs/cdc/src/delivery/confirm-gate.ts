import { sleep } from '../backoff';

/** Confirmations of one burst share a check and a status update: at most about this much comes twice after a crash. */
const CONFIRM_DELAY_MS = 50;
/** Longest wait for the last check at the end; without it a little more comes twice. */
const LAST_CHECK_MS = 2_000;

export interface ConfirmGateOptions {
  /** Where the slot stands. */
  readonly confirmedLsn: bigint;
  /** Everything before it is durable in the sink. */
  readonly durableLsn: () => bigint;
  /** Rejects where the server may have left rows out, or cannot be asked. */
  readonly check: () => Promise<unknown>;
  readonly onConfirmed: () => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Lets a position be confirmed only after a check that the publication left nothing out before it.
 *
 * Confirming is what makes a skipped row unrecoverable *and* undetectable: it moves the slot's `catalog_xmin`, by which the
 * check tells that the publication has changed. Because each confirmation waits for a check, a change is found however
 * short it was, and found again after a restart.
 */
export class ConfirmGate {
  private confirmed: bigint;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly options: ConfirmGateOptions) {
    this.confirmed = options.confirmedLsn;
  }

  /** What may be told to the server. */
  get confirmedLsn(): bigint {
    return this.confirmed;
  }

  /** More may be durable. Cheap enough to be called for each commit. */
  wake(): void {
    if (this.timer || this.closed || this.options.durableLsn() <= this.confirmed) return;
    this.timer = setTimeout(() => void this.confirmSoon(), CONFIRM_DELAY_MS);
  }

  /** Confirms nothing more; a check under way ends without effect. */
  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.closed = true;
  }

  /** One last check, within bounded time. Nothing is confirmed after it resolves. */
  async finish(): Promise<void> {
    this.close();
    const late = new AbortController();
    await Promise.race([this.confirm(late.signal).catch(() => undefined), sleep(LAST_CHECK_MS, late.signal)]);
    late.abort();
  }

  private async confirmSoon(): Promise<void> {
    try {
      await this.confirm();
    } catch (error) {
      if (!this.closed) this.options.onFailed(error);
      return;
    }
    if (this.closed) return;
    this.options.onConfirmed();
    this.timer = null;
    this.wake();
  }

  private async confirm(late?: AbortSignal): Promise<void> {
    const lsn = this.options.durableLsn(); // before the check, which says nothing about what comes after it
    if (lsn <= this.confirmed) return;
    await this.options.check();
    if (!late?.aborted && lsn > this.confirmed) this.confirmed = lsn;
  }
}
