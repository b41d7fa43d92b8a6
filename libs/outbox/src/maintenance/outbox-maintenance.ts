import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { type Clocks, earlierOf, readClocks } from './clocks';
import { forgetInboxRows } from './forget-inbox-rows';
import {
  defaultPartitionRows,
  inboxRowsDeleted,
  lastMaintenance,
  maintenanceFailures,
  oldestPartitionAge,
  partitionCount,
  partitionsDropped,
  unconfirmedPartitions,
} from './maintenance.metrics';
import { makePartitions } from './make-partitions';
import { OutboxNotPartitionedError } from './outbox-not-partitioned.error';
import { readOutboxState } from './outbox-state';
import type { Retention } from './retention';
import { type RetirementStep, retirePartitions } from './retire-partitions';
import { addDays } from './utc-day';

/** A partition takes three runs to go, and days ahead have theirs already: nothing here is in a hurry. */
const INTERVAL_MS = 15 * 60_000;

type Part = 'partitions' | 'retirement' | 'inbox' | 'state';

/**
 * Makes the outbox's partitions ahead of time, drops those whose events are old enough and confirmed by every reader, and
 * forgets old inbox rows. Any number of instances may run it; each step is a transaction that the next run can follow
 * wherever this one ends. A part that fails is logged and counted, and does not keep the others.
 */
export class OutboxMaintenance implements OnModuleDestroy {
  private readonly logger = new Logger(OutboxMaintenance.name);
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private hasOutbox = true;

  /** @param clocks another source of time, for tests */
  constructor(
    private readonly dataSource: DataSource,
    private readonly consumer: string,
    private readonly retention: Retention,
    private readonly clocks: (dataSource: DataSource) => Promise<Clocks> = readClocks,
  ) {}

  /**
   * Makes the partitions that are missing, then runs at once in the background and every 15 minutes. If it fails the
   * application starts all the same: the default partition takes rows meanwhile.
   *
   * @throws OutboxNotPartitionedError if the migration is missing
   */
  async start(): Promise<void> {
    const [table]: { kind: string }[] = await this.dataSource.query(`SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass('outbox')`);
    if (table && table.kind !== 'p') throw new OutboxNotPartitionedError();
    this.hasOutbox = table !== undefined;
    const now = this.hasOutbox && (await this.attempt('state', () => this.clocks(this.dataSource)));
    if (now) await this.attempt('partitions', () => this.makePartitions(now));
    this.runAndSchedule();
  }

  /** Ends with the step under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** One run; never rejects. A partition that is past its retention goes one step further. */
  async run(): Promise<void> {
    const now = await this.attempt('state', () => this.clocks(this.dataSource));
    if (!now) return;
    const results: unknown[] = [];
    if (this.hasOutbox) {
      results.push(await this.attempt('partitions', () => this.makePartitions(now)));
      results.push(await this.attempt('retirement', () => this.retirePartitions(now)));
      results.push(await this.attempt('state', () => this.measure(now)));
    }
    results.push(await this.attempt('inbox', () => this.forgetInboxRows(now)));
    if (!results.includes(undefined)) lastMaintenance.setToCurrentTime();
  }

  private runAndSchedule(): void {
    this.running = this.run().finally(() => {
      if (this.stopped.signal.aborted) return;
      this.timer = setTimeout(() => this.runAndSchedule(), INTERVAL_MS);
      this.timer.unref();
    });
  }

  private async makePartitions({ server }: Clocks): Promise<true> {
    const made = await makePartitions(this.dataSource, server);
    if (made.length > 0) this.logger.log(`made partitions ${made.join(', ')}`);
    return true;
  }

  private async retirePartitions(now: Clocks): Promise<true | undefined> {
    const steps = await retirePartitions(this.dataSource, earlierOf(now), this.retention.outboxDays);
    for (const step of steps) this.report(step);
    unconfirmedPartitions.set(steps.filter(({ outcome }) => outcome === 'kept').length);
    partitionsDropped.inc(steps.filter(({ outcome }) => outcome === 'dropped').length);
    return steps.some(({ outcome }) => outcome === 'failed') ? undefined : true;
  }

  private report(step: RetirementStep): void {
    switch (step.outcome) {
      case 'kept':
        this.logger.warn(`partition ${step.partition} is past its retention but kept: ${step.reasons.join('; ')}. Get the reader going, or drop a slot that nobody reads`);
        return;
      case 'failed':
        this.failed('retirement', step.error);
        return;
      case 'recorded':
      case 'detached':
      case 'dropped':
      case 'gone':
        this.logger.log(`partition ${step.partition} is past its retention: ${step.outcome}`);
        return;
    }
  }

  private async forgetInboxRows(now: Clocks): Promise<true> {
    const cutoff = addDays(earlierOf(now), -this.retention.inboxDays);
    await forgetInboxRows(this.dataSource, this.consumer, cutoff, this.stopped.signal, (rows) => inboxRowsDeleted.inc(rows));
    return true;
  }

  private async measure(now: Clocks): Promise<true> {
    const { partitions, defaultRows, oldestEnd } = await readOutboxState(this.dataSource);
    partitionCount.set(partitions);
    defaultPartitionRows.set(defaultRows);
    oldestPartitionAge.set(oldestEnd === null ? 0 : Math.max(0, (earlierOf(now).getTime() - oldestEnd.getTime()) / 1000));
    if (defaultRows > 0) this.logger.warn(`${defaultRows} rows are in outbox_default: no partition takes their createdat, or it could not be made`);
    return true;
  }

  private async attempt<Result>(part: Part, work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.stopped.signal.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      this.failed(part, error);
      return undefined;
    }
  }

  private failed(part: Part, error: unknown): void {
    maintenanceFailures.inc({ part });
    this.logger.error(`maintenance of the outbox (${part}) failed and is tried again within ${INTERVAL_MS / 60_000} minutes: ${error instanceof Error ? error.message : String(error)}`);
  }
}
