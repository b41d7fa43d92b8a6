import { randomUUID } from 'node:crypto';
import { CdcError } from '../errors';
import type { ReaderLogger } from '../reader-logger';
import type { MutableReaderStats } from '../reader-stats';
import type { ControlConnection } from './control-connection';
import { SlotHealth } from './slot-health';

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
  private readonly health: SlotHealth;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly options: HeartbeatOptions) {
    this.health = new SlotHealth(options.stats, options.logger);
  }

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
      this.health.observe(await control.readSlot());
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
}
