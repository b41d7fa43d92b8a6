import type { ReaderLogger } from '../reader-logger';
import type { MutableReaderStats } from '../reader-stats';
import { type ControlConnection, HEARTBEAT_PREFIX } from '../slot/control-connection';
import { SlotHealth } from '../slot/slot-health';
import type { SlotState } from '../slot/slot-state';
import { type LogPosition, readSlotAndLog } from './log-position';

/** A mark that is not confirmed after this long gets a commit to carry it, in milliseconds. */
const NUDGE_AFTER = 2_000;
/**
 * Started again, Debezium searches the log for where it stood, until a commit beyond that; meanwhile it writes no heartbeats. On
 * an idle database none comes, and the slot would stand still for ever. A transactional message brings a commit.
 */
const NUDGE = `SELECT pg_logical_emit_message(true, '${HEARTBEAT_PREFIX}', 'keeper')`;

/**
 * Looks at the slot, and measures how long the log's end takes to be confirmed.
 *
 * A mark is the end of the log at some moment. Once the slot is confirmed up to there, the whole way has worked: PostgreSQL has
 * sent it, Debezium has read it, Kafka has acknowledged what came before it (and Debezium's heartbeat), Kafka Connect has
 * stored the offset, and PostgreSQL has the confirmation. A state `RUNNING` proves none of that.
 */
export class SlotWatch {
  private readonly health: SlotHealth;
  private mark: { readonly lsn: bigint; readonly at: number } | null = null;
  private nudgedAt = 0;

  constructor(
    private readonly control: ControlConnection,
    private readonly slot: string,
    private readonly stats: MutableReaderStats,
    logger: ReaderLogger,
  ) {
    this.health = new SlotHealth(stats, logger);
  }

  /** @throws CdcError where rows would be skipped, or an error of the connection. */
  async look(): Promise<{ readonly slot: SlotState; readonly log: LogPosition }> {
    const found = await readSlotAndLog(this.control, this.slot);
    this.fillStats(found.slot);
    this.observeMark(found.slot, found.log);
    await this.nudge();
    return found;
  }

  private fillStats(slot: SlotState): void {
    const { stats } = this;
    stats.database = slot.database;
    stats.confirmedLsn = slot.confirmedLsn;
    stats.receivedLsn = slot.confirmedLsn; // what is on the way inside Kafka Connect, it does not tell
    this.health.observe(slot);
  }

  private observeMark({ confirmedLsn }: SlotState, { end }: LogPosition): void {
    const now = Date.now();
    if (this.mark) {
      if (confirmedLsn < this.mark.lsn) return;
      this.stats.lastHeartbeatAt = now;
      this.stats.heartbeatRoundTripMs = now - this.mark.at;
    }
    // Only what is not confirmed yet can prove something by being confirmed later.
    this.mark = confirmedLsn < end ? { lsn: end, at: now } : null;
  }

  private async nudge(): Promise<void> {
    const now = Date.now();
    if (!this.mark || now - Math.max(this.mark.at, this.nudgedAt) < NUDGE_AFTER) return;
    this.nudgedAt = now;
    await this.control.query(NUDGE, []);
  }
}
