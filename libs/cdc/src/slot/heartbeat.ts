import { randomUUID } from 'node:crypto';
import { CdcError } from '../errors';
import type { ReaderLogger } from '../reader-logger';
import type { MutableReaderStats } from '../reader-stats';
import type { ControlConnection } from './control-connection';
import { WalBudget } from './wal-budget';

/** Less than this until the slot is lost is worth a warning with each heartbeat. */
const WARN_SECONDS_TO_LOSS = 3_600;

export interface HeartbeatOptions {
  readonly control: ControlConnection;
  readonly intervalMs: number;
  readonly stats: MutableReaderStats;
  readonly logger: ReaderLogger;
  /** The slot or the publication is gone. */
  readonly onHalt: (error: CdcError) => void;
}

/**
 * Writes a message to the log at an interval and waits to read it back: an idle database's slot moves on, the round trip
 * is measured, and the slot's state is looked at on the way. A failed beat is only logged; the stream has its own checks.
 */
export class Heartbeat {
  private readonly reader = randomUUID();
  private readonly budget = new WalBudget();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly options: HeartbeatOptions) {}

  start(): void {
    void this.beat(); // never rejects
  }

  /** A heartbeat (of any reader) was read from the log; also one that later ones have overtaken on a slow way. */
  seen(content: string): void {
    const [reader, sentAt] = content.split(' ');
    if (reader !== this.reader) return;
    this.options.stats.heartbeatRoundTripMs = performance.now() - Number(sentAt);
    this.options.stats.lastHeartbeatAt = Date.now();
  }

  /** A beat under way ends by itself, without effect. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async beat(): Promise<void> {
    const { control, intervalMs, logger, onHalt } = this.options;
    try {
      await this.observeSlot();
      await control.heartbeat(`${this.reader} ${performance.now()}`);
    } catch (error) {
      if (error instanceof CdcError) {
        onHalt(error);
        return;
      }
      logger.warn('heartbeat failed', { error });
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.beat(), intervalMs);
  }

  private async observeSlot(): Promise<void> {
    const { control, stats, logger } = this.options;
    const slot = await control.readSlot();
    this.budget.observe(performance.now(), slot.safeWalBytes);
    stats.lagBytes = slot.lagBytes;
    stats.walStatus = slot.walStatus;
    stats.safeWalBytes = slot.safeWalBytes;
    stats.secondsToSlotLoss = this.budget.secondsLeft();
    const soon = stats.secondsToSlotLoss !== null && stats.secondsToSlotLoss < WARN_SECONDS_TO_LOSS;
    if (soon || slot.walStatus === 'unreserved') {
      logger.warn('the slot will be lost unless the sink catches up or max_slot_wal_keep_size is raised', {
        walStatus: slot.walStatus,
        safeWalBytes: slot.safeWalBytes,
        secondsToSlotLoss: stats.secondsToSlotLoss,
      });
    }
  }
}
