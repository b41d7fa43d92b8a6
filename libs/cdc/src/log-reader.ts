import { type Backoff, backoffMs, sleep } from './backoff';
import type { CdcEngine } from './cdc-engine';
import { type LogReaderOptions, type ReaderSettings, settingsOf } from './reader-settings';
import { emptyStats, type MutableReaderStats, type ReaderStats } from './reader-stats';
import { ReplicationConnection } from './replication/replication-connection';
import { ReplicationSession } from './replication/replication-session';
import { isSlotInUse, isTransient, isUndefinedObject } from './replication/transient-error';
import { ControlConnection } from './slot/control-connection';

/** A server that restarts is back within seconds, and is to be read from within one more. */
const RECONNECT: Backoff = { firstMs: 100, maxMs: 1_000 };
/** A stream that lasted this long was a working one: the next loss starts the backoff anew. */
const STABLE_AFTER_MS = 10_000;
/** How soon a standby sees that the slot is free; costs one small query each time. */
const STANDBY_POLL_MS = 250;

/**
 * Reads the inserted rows of a publication from PostgreSQL's log and hands them to a sink, in commit order, each at least
 * once. See the README for what is guaranteed and what is not.
 *
 * @example
 * const reader = new LogReader({ connection: url, slot: 'outbox_member', publication: 'outbox', sink });
 * await reader.run(signal); // until the signal; rejects when it must halt
 */
export class LogReader implements CdcEngine {
  private readonly settings: ReaderSettings;
  private readonly counted: MutableReaderStats;
  private session: ReplicationSession | null = null;

  constructor(options: LogReaderOptions) {
    this.settings = settingsOf(options);
    this.counted = emptyStats(options.slot);
  }

  /**
   * Streams until the signal aborts, over losses of the connection; then waits for the batch in flight, confirms what is
   * durable, frees the slot and resolves. To be called once.
   *
   * @throws CdcError when only a person can help; anything else that reconnecting would not heal (such as a refused
   *   password) as it came. Nothing that is not durable was confirmed, so starting again is always safe.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { connection, slot, logger } = this.settings;
    const control = new ControlConnection(connection, this.settings);
    try {
      await this.keepStreaming(control, signal);
      this.counted.state = 'stopped';
    } catch (error) {
      this.counted.state = 'halted';
      logger.error('the log reader has halted', { slot, error });
      throw error;
    } finally {
      await control.close();
    }
  }

  stats(): ReaderStats {
    this.session?.fillStats();
    return { ...this.counted };
  }

  private async keepStreaming(control: ControlConnection, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; ) {
      const startedAt = performance.now();
      try {
        await this.streamOnce(control, signal);
      } catch (error) {
        if (isSlotInUse(error)) continue; // another reader was faster
        if (isUndefinedObject(error) && !(await isReadable(control))) continue; // dropped after the look at it: the next look says what is to be done
        if (!isTransient(error)) throw error;
        if (this.counted.state === 'streaming') this.counted.connectionsLost++;
        this.counted.state = 'connecting';
        if (performance.now() - startedAt > STABLE_AFTER_MS) attempt = 0;
        const waitMs = Math.round(backoffMs(RECONNECT, attempt++));
        this.settings.logger.warn('no connection to the database; trying again', { attempt, waitMs, error });
        await sleep(waitMs, signal);
      }
    }
  }

  private async streamOnce(control: ControlConnection, signal: AbortSignal): Promise<void> {
    const { slot, logger } = this.settings;
    const server = await control.choose();
    let state = await control.readSlot();
    this.counted.database = state.database;
    while (state.activePid !== null && !signal.aborted) {
      if (this.counted.state !== 'standby') logger.info('the slot is in use; standing by', { slot, pid: state.activePid });
      this.counted.state = 'standby';
      await sleep(STANDBY_POLL_MS, signal);
      state = await control.readSlot();
    }
    if (signal.aborted) return;
    const replication = await ReplicationConnection.open(server);
    this.session = new ReplicationSession(this.settings, replication, control, state, this.counted);
    try {
      await this.session.run(signal);
    } finally {
      this.session = null;
      await replication.close();
    }
  }
}

async function isReadable(control: ControlConnection): Promise<boolean> {
  try {
    await control.readSlot();
    return true;
  } catch {
    return false;
  }
}
