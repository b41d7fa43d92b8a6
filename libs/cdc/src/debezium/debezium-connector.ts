import { type Backoff, backoffMs, sleep } from '../backoff';
import type { CdcEngine } from '../cdc-engine';
import { CdcError } from '../errors';
import { emptyStats, type MutableReaderStats, type ReaderStats } from '../reader-stats';
import { isTransient } from '../replication/transient-error';
import { ControlConnection } from '../slot/control-connection';
import { ConnectClient, ConnectRefusedError, ConnectUnavailableError, type ConnectorStatus } from './connect-client';
import { type ConnectorConfig, connectorConfig, connectorName, LOG_HISTORY } from './connector-config';
import { type ConnectorSettings, connectorSettingsOf, type DebeziumConnectorOptions } from './connector-settings';
import { ConnectorFailedError } from './debezium.errors';
import { checkStoredLsn } from './log-position';
import { SlotWatch } from './slot-watch';
import { storedLsn } from './stored-offset';
import { failureOf, runs, type TaskFailure } from './task-failure';

/** A server or worker that restarts is back within seconds. */
const RECONNECT: Backoff = { firstMs: 100, maxMs: 2_000 };
/** Between restarts of a task that fails each time: what it fails by may pass, but not within milliseconds. */
const RESTART: Backoff = { firstMs: 1_000, maxMs: 30_000 };
/** Longest wait at the end for Debezium to let go of the slot. */
const STOP_TIMEOUT_MS = 4_000;

export interface ConnectorStats extends ReaderStats {
  /** Times that the keeper has restarted a failed connector or task. */
  readonly taskRestarts: number;
}

/**
 * Keeps Debezium reading the slot of one database: registers the connector at Kafka Connect, restarts its task when it fails,
 * watches slot and heartbeat, and stops it where it would skip rows. It moves no row itself; Debezium goes on while its keeper is dead.
 *
 * @example
 * const engine = new DebeziumConnector({ connectUrl, connection: url, slot: 'outbox_member', publication: 'outbox' });
 * await engine.run(signal); // until the signal; rejects when it must halt
 */
export class DebeziumConnector implements CdcEngine {
  readonly name: string;
  private readonly settings: ConnectorSettings;
  private readonly counted: MutableReaderStats;
  private readonly connect: ConnectClient;
  private taskRestarts = 0;
  /** The stored position was compared with the log, and the connector has run since. */
  private checked = false;
  private refusedSince: number | null = null;
  private failing: { readonly since: number; attempt: number; restartedAt: number; nextAt: number } | null = null;

  constructor(options: DebeziumConnectorOptions) {
    this.settings = connectorSettingsOf(options);
    this.name = connectorName(this.settings.database);
    this.counted = { ...emptyStats(options.slot), database: this.settings.database };
    this.connect = new ConnectClient(this.settings.connectUrl, this.name);
  }

  /**
   * Keeps the connector running until the signal aborts, over whatever passes by itself; then stops it, so that the slot is free
   * for another engine, and resolves. To be called once.
   *
   * @throws CdcError when only a person can help; the connector is stopped then, so that it cannot skip what is in doubt.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { connection, slot, logger } = this.settings;
    const control = new ControlConnection(connection, this.settings);
    const watch = new SlotWatch(control, slot, this.counted, logger);
    try {
      await control.choose(); // of one: Debezium has one address, whoever is the primary behind it
      await this.keep(watch, signal);
      await this.release(watch);
      this.counted.state = 'stopped';
    } catch (error) {
      this.counted.state = 'halted';
      logger.error('the keeper of the connector has halted', { connector: this.name, error });
      await this.stopQuietly();
      throw error;
    } finally {
      await control.close();
    }
  }

  stats(): ConnectorStats {
    return { ...this.counted, taskRestarts: this.taskRestarts };
  }

  private async keep(watch: SlotWatch, signal: AbortSignal): Promise<void> {
    const { lookIntervalMs, logger } = this.settings;
    for (let attempt = 0; !signal.aborted; ) {
      try {
        await this.look(watch, signal);
        attempt = 0;
        this.refusedSince = null;
        await sleep(lookIntervalMs, signal);
      } catch (error) {
        if (!passes(error)) throw error;
        this.countRefusal(error);
        this.counted.state = 'connecting';
        this.checked = false; // whatever is away may come back as another
        const waitMs = Math.round(backoffMs(RECONNECT, attempt++));
        logger.warn('PostgreSQL or Kafka Connect is away; trying again', { attempt, waitMs, error });
        await sleep(waitMs, signal);
      }
    }
  }

  private async look(watch: SlotWatch, signal: AbortSignal): Promise<void> {
    const { log } = await watch.look();
    const config = await this.connect.config();
    const status = config && (await this.connect.status());
    const running = status !== null && runs(status);
    if (!running || !this.checked) await this.check(config, watch);
    const wanted = connectorConfig(this.settings, log.history);
    if (!config) await this.connect.create(wanted);
    else if (differs(config, wanted)) await this.connect.configure(wanted);
    this.checked = running;
    if (running) {
      this.onRunning();
      return;
    }
    this.counted.state = 'connecting';
    if (!status || signal.aborted) return; // the next look finds out what has become of it
    const { slot } = await watch.look(); // once more: a reconciliation may have begun while Kafka Connect was asked
    await this.start(status, slot.activePid);
  }

  /** Brings a connector to run that was stopped or has failed. */
  private async start(status: ConnectorStatus, slotHolder: number | null): Promise<void> {
    const failure = failureOf(status);
    if (failure) {
      await this.restart(failure);
      return;
    }
    if (status.connector.state !== 'STOPPED' && status.connector.state !== 'PAUSED') return; // on its way
    if (slotHolder !== null) {
      this.counted.state = 'standby';
      return;
    }
    this.settings.logger.info('the connector starts', { connector: this.name });
    await this.connect.resume();
  }

  /** @throws CdcError where Debezium would skip rows. */
  private async check(config: ConnectorConfig | null, watch: SlotWatch): Promise<void> {
    if (!config) return; // made stopped; checked before it is started
    const stored = storedLsn(await this.connect.offsets());
    const { log } = await watch.look(); // after it: a connector that runs goes on meanwhile, and so does the log
    checkStoredLsn(this.name, stored, config[LOG_HISTORY], log);
  }

  private onRunning(): void {
    if (this.counted.state !== 'streaming') this.settings.logger.info('the connector runs', { connector: this.name });
    this.counted.state = 'streaming';
    const { failing } = this;
    const { lastHeartbeatAt, heartbeatRoundTripMs } = this.counted;
    // It runs for a moment after each restart: only a heartbeat that was sent since and came through says that it is well.
    if (failing && (lastHeartbeatAt ?? 0) - (heartbeatRoundTripMs ?? 0) > failing.restartedAt) this.failing = null;
  }

  private async restart({ reason, permanent }: TaskFailure): Promise<void> {
    const now = Date.now();
    const failing = (this.failing ??= { since: now, attempt: 0, restartedAt: now, nextAt: now });
    if (now < failing.nextAt) return;
    // Once in any case: whoever started the keeper anew may have mended it.
    const helpless = permanent && failing.attempt > 0;
    if (helpless || now - failing.since > this.settings.failurePatienceMs) throw new ConnectorFailedError(this.name, reason);
    const waitMs = Math.round(backoffMs(RESTART, failing.attempt++));
    failing.restartedAt = now;
    failing.nextAt = now + waitMs;
    this.taskRestarts++;
    this.settings.logger.warn('the connector has failed; restarting it', { connector: this.name, reason, restarts: this.taskRestarts });
    await this.connect.restartFailed();
  }

  /** A refusal (a worker without this plugin, a configuration that it does not take) passes for a while, not for ever. */
  private countRefusal(error: unknown): void {
    if (!(error instanceof ConnectRefusedError)) return;
    this.refusedSince ??= Date.now();
    if (Date.now() - this.refusedSince > this.settings.failurePatienceMs) throw new ConnectorFailedError(this.name, error.message);
  }

  /** Stops the connector, and waits for the slot to be free. Without an answer it goes on by itself, which loses nothing. */
  private async release(watch: SlotWatch): Promise<void> {
    const late = AbortSignal.timeout(STOP_TIMEOUT_MS);
    try {
      await this.connect.stop();
      while (!late.aborted && (await watch.look()).slot.activePid !== null) await sleep(100, late);
    } catch (error) {
      this.settings.logger.warn('the connector could not be stopped; it goes on', { connector: this.name, error });
    }
  }

  private async stopQuietly(): Promise<void> {
    await this.connect.stop().catch((error: unknown) => {
      this.settings.logger.error('the connector could not be stopped: stop it by hand', { connector: this.name, error });
    });
  }
}

/** Whether trying again may help. */
function passes(error: unknown): boolean {
  if (error instanceof CdcError) return false;
  // Refused: because PostgreSQL went away while the worker asked it, or the connector was deleted between two requests.
  return error instanceof ConnectUnavailableError || error instanceof ConnectRefusedError || isTransient(error);
}

function differs(config: ConnectorConfig, wanted: ConnectorConfig): boolean {
  return Object.entries(wanted).some(([name, value]) => config[name] !== value);
}
