import { setTimeout as sleep } from 'node:timers/promises';
import type { CdcEngine, ReaderState } from '@madang/cdc';
import { Logger } from '@nestjs/common';
import { remedyOf } from './remedy';

/** After a halt, in milliseconds: a person needs minutes, and what was mended should not wait for long. */
const PAUSE_AFTER_HALT = 10_000;

/**
 * One database's engine; a new one some seconds after each halt, because what it halted for may have been mended. A halt stops
 * no other database.
 */
export class RestartedEngine<Engine extends CdcEngine> {
  private readonly logger: Logger;
  private engine: Engine;
  private haltedFor: string | null = null;
  private haltedAt = 0;

  /** @param onHalt told of each */
  constructor(
    readonly database: string,
    private readonly make: () => Engine,
    private readonly onHalt: (error: Error) => void,
  ) {
    this.engine = make();
    this.logger = new Logger(`${this.engine.constructor.name} ${database}`);
  }

  /** Until the signal aborts; never rejects. @param before each engine's run: if it rejects, that is a halt too */
  async run(signal: AbortSignal, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    while (!signal.aborted) {
      try {
        await before();
        await this.engine.run(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.halted(error instanceof Error ? error : new Error(String(error)));
        await sleep(PAUSE_AFTER_HALT, undefined, { signal }).catch(() => undefined);
        this.engine = this.make();
      }
    }
  }

  /** Halted until an engine has brought a heartbeat through the log since: one that merely streams may halt for the same again. */
  stats(): ReturnType<Engine['stats']> & { readonly haltedFor: string | null } {
    const stats = this.engine.stats() as ReturnType<Engine['stats']>;
    const isHalted = this.haltedFor !== null && (stats.lastHeartbeatAt ?? 0) <= this.haltedAt && stats.state !== 'standby';
    const state: ReaderState = isHalted ? 'halted' : stats.state;
    return { ...stats, database: this.database, state, haltedFor: isHalted ? this.haltedFor : null };
  }

  private halted(error: Error): void {
    this.haltedAt = Date.now();
    this.haltedFor = remedyOf(this.database, error) ?? error.message;
    this.logger.error(`halted, and tries again in ${PAUSE_AFTER_HALT / 1000} s: ${error.message}`);
    if (this.haltedFor !== error.message) this.logger.error(this.haltedFor);
    this.onHalt(error);
  }
}
