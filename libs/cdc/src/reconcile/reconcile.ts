import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { clientConfig, type ServerConnection } from '../connection-config';
import { publishUntilDurable } from '../delivery/publish-until-durable';
import { DEFAULT_LIMITS, RowBuffer } from '../delivery/row-buffer';
import { NothingToReconcileError, ReconcileBlockedError, ReconcileUnfinishedError, SlotLostError, SlotMissingError } from '../errors';
import { SILENT_LOGGER } from '../reader-logger';
import type { Relation } from '../row-added';
import { findPrimary } from '../replication/find-primary';
import { createSlot } from '../slot/create-slot';
import { markerOf } from '../slot/reconcile-marker';
import { readSlotState } from '../slot/slot-state';
import type { ReconcileOptions, ReconcileReason, ReconcileReport } from './reconcile-options';
import { readRetained, relationOf } from './retained-table';

const PATIENCE_MS = 60_000;
/** A reader notices the marker with its next heartbeat or confirmation, then lets its last batch end. */
const FREE_WITHIN_MS = 60_000;
const PROGRESS_MS = 2_000;

/**
 * Heals a slot that is missing or lost: makes it anew, then publishes the rows that the retained table holds and the topic
 * does not, in the order of their versions an aggregate, then lets readers go on.
 *
 * 1. A marker is made, which halts readers until the end: nothing newer overtakes what is published here. Readers that do not
 *    know it are stopped by `quiesce`.
 * 2. The slot is made. What commits from here on is in the log, and what committed before is in every later snapshot of the
 *    table: nothing falls between them. What is in both is published twice.
 * 3. The ids of the topic are read, then the table; what the topic lacks is published.
 * 4. The marker goes.
 *
 * It may be killed at any line: the marker stays, readers halt with {@link ReconcileUnfinishedError}, and the next call does
 * the rest. Memory: about 100 bytes a row of the topic (at most 2^24 rows), whatever the table's size.
 *
 * @throws NothingToReconcileError, ReconcileBlockedError, SinkUnavailableError, the errors of {@link readSlotState} that have
 *   another remedy, and what server, broker or signal said; then call it again.
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  const server = await findPrimary(options.connection);
  const client = new Client(clientConfig(server, 'reconcile'));
  client.on('error', () => undefined); // a lost connection shows in the next query
  await client.connect();
  try {
    return await new Reconciliation(options, server, client).run();
  } finally {
    await client.end();
  }
}

class Reconciliation {
  private readonly logger;
  private readonly signal;
  private readonly marker;
  private readonly inTopic = new Set<string>();
  private rowsRetained = 0;
  private rowsPublished = 0;

  constructor(
    private readonly options: ReconcileOptions,
    private readonly server: ServerConnection,
    private readonly client: Client,
  ) {
    this.logger = options.logger ?? SILENT_LOGGER;
    this.signal = options.signal ?? new AbortController().signal;
    this.marker = markerOf(options.slot);
  }

  async run(): Promise<ReconcileReport> {
    const { slot, published, table = 'public.outbox' } = this.options;
    await this.excludeOthers();
    const found = await this.look();
    const relation = await relationOf(this.client, table);
    this.logger.info('reconciling; readers of the slot halt until the end', { slot, found });
    // Making a slot waits for the end of every transaction that writes now.
    await createSlot(this.server, this.marker);
    await this.options.quiesce?.();
    if (found === 'lost') await this.client.query('SELECT pg_drop_replication_slot($1)', [slot]);
    await createSlot(this.server, slot);
    await this.untilFree();
    await published.readIds((id) => this.inTopic.add(id), this.signal);
    this.logger.info('the topic has been read', { rowsInTopic: this.inTopic.size });
    await this.publishMissing(relation);
    await this.client.query('SELECT pg_drop_replication_slot($1)', [this.marker]);
    const { rowsRetained, rowsPublished } = this;
    return { found, rowsRetained, rowsInTopic: this.inTopic.size, rowsPublished };
  }

  /** Two at a time would publish everything twice, and the first to end would let readers go on too early. */
  private async excludeOthers(): Promise<void> {
    const sql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked';
    const { rows } = await this.client.query<{ locked: boolean }>(sql, [this.marker]);
    if (rows[0]?.locked) return;
    throw new ReconcileBlockedError(`Slot "${this.options.slot}" is being reconciled already; wait for the end of that.`);
  }

  private async look(): Promise<ReconcileReason> {
    const { slot, publication, table = 'public.outbox', force } = this.options;
    try {
      await readSlotState(this.client, { slot, publication, table });
    } catch (error) {
      if (error instanceof SlotMissingError) return 'missing';
      if (error instanceof SlotLostError) return 'lost';
      if (error instanceof ReconcileUnfinishedError) return 'unfinished';
      throw error;
    }
    if (force) return 'forced';
    throw new NothingToReconcileError(slot);
  }

  /** Until no reader has the slot: then nothing of it is on its way to the broker either. */
  private async untilFree(): Promise<void> {
    const { slot } = this.options;
    const sql = 'SELECT active_pid AS pid FROM pg_replication_slots WHERE slot_name = $1';
    for (const deadline = Date.now() + FREE_WITHIN_MS; ; await sleep(100, undefined, { signal: this.signal })) {
      const { rows } = await this.client.query<{ pid: number | null }>(sql, [slot]);
      const pid = rows[0]?.pid ?? null;
      if (pid === null) return;
      if (Date.now() < deadline) continue;
      throw new ReconcileBlockedError(`Slot "${slot}" is still read (pid ${pid} of the server). Stop its reader, then reconcile again.`);
    }
  }

  private async publishMissing(relation: Relation): Promise<void> {
    const buffer = new RowBuffer(DEFAULT_LIMITS);
    let toldAt = Date.now();
    for await (const { id, row, bytes } of readRetained(this.client, relation)) {
      this.rowsRetained++;
      if (!this.inTopic.has(id)) buffer.add(row, 0, bytes);
      if (buffer.isFull) await this.publish(buffer);
      if (Date.now() - toldAt < PROGRESS_MS) continue;
      toldAt = Date.now();
      this.tell('publishing what the topic lacks');
    }
    await this.publish(buffer);
    this.tell('everything is published');
  }

  private async publish(buffer: RowBuffer): Promise<void> {
    const { sink, publishPatienceMs: patienceMs = PATIENCE_MS } = this.options;
    for (let batch = buffer.take(); batch; batch = buffer.take()) {
      this.signal.throwIfAborted();
      await publishUntilDurable(batch.rows, { sink, patienceMs, logger: this.logger, onRetry: () => undefined, signal: this.signal });
      this.signal.throwIfAborted(); // else it is durable
      buffer.release(batch);
      this.rowsPublished += batch.rows.length;
    }
  }

  private tell(message: string): void {
    this.logger.info(message, { rowsRetained: this.rowsRetained, rowsPublished: this.rowsPublished });
  }
}
