/** Longest time between two status updates, where the server's timeout does not ask for less. */
const MAX_KEEPALIVE_MS = 10_000;
const MAX_TICK_MS = 1_000;
/** A server that said nothing for this long is asked for a sign of life... */
const PROBE_AFTER_MS = 10_000;
/** ...and given up at this. Its own timeout cannot tell, when the network between is cut. */
const SILENT_AFTER_MS = 30_000;

export interface FeedbackOptions {
  /** `wal_sender_timeout` of the server in milliseconds; 0 = never. */
  readonly walSenderTimeoutMs: number;
  readonly send: (replyRequested: boolean) => void;
  /** While the socket is paused nothing can be heard, and that says nothing about the server. */
  readonly isPaused: () => boolean;
  readonly onSilent: () => void;
}

/** Sees to it that a status update goes out well before the server gives the reader up, and gives up a silent server. */
export class Feedback {
  private readonly tickMs: number;
  private readonly keepaliveMs: number;
  private ticker: NodeJS.Timeout | null = null;
  private sinceSentMs = 0;
  private silentMs = 0;

  constructor(private readonly options: FeedbackOptions) {
    const timeout = options.walSenderTimeoutMs || Number.POSITIVE_INFINITY;
    // Half of the timeout plus one tick: at 62.5 % of it at the latest.
    this.tickMs = Math.min(MAX_TICK_MS, timeout / 8);
    this.keepaliveMs = Math.min(MAX_KEEPALIVE_MS, timeout / 2);
  }

  start(): void {
    this.ticker = setInterval(() => this.tick(), this.tickMs);
  }

  stop(): void {
    if (this.ticker) clearInterval(this.ticker);
  }

  /** Something arrived from the server. */
  heard(): void {
    this.silentMs = 0;
  }

  sendNow(replyRequested: boolean): void {
    this.sinceSentMs = 0;
    this.options.send(replyRequested);
  }

  /** Counts its own ticks, not the clock: a process that was stopped must not blame the server for the time. */
  private tick(): void {
    this.sinceSentMs += this.tickMs;
    const wasSilentMs = this.silentMs;
    this.silentMs = this.options.isPaused() ? 0 : wasSilentMs + this.tickMs;
    if (this.silentMs >= SILENT_AFTER_MS) this.options.onSilent();
    else if (wasSilentMs < PROBE_AFTER_MS && this.silentMs >= PROBE_AFTER_MS) this.sendNow(true);
    else if (this.sinceSentMs >= this.keepaliveMs) this.sendNow(false);
  }
}
