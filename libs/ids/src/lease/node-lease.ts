import { randomUUID } from 'node:crypto';
import { ClockOutsideLeaseError, LeaseLostError, type LeaseLostReason, NodeIdsExhaustedError } from './lease.errors';
import { type LeaseSettings, leaseSettings, type NodeLeaseOptions } from './lease-options';
import type { NodeIdSource } from './node-id-source';
import type { HeldLease, LeaseGrant, NodeLeaseStore } from './node-lease.store';
import { within } from './within';

/**
 * A node id that is this process's alone for as long as `assertHeld` does not throw.
 *
 * - The deadline counts from before the request was sent that granted or renewed the lease: a slow answer shortens it.
 * - It is compared on every call, since the timer of a process that stood still runs after its next id.
 * - It ends for good: once it has passed, no answer brings it back. An error or a time-out of the store is unknown, and
 *   changes nothing.
 * - The wall clock may jump: only timestamps after `notBefore` and up to `mayIssueUntil` are issued, and both are in the
 *   store before. That holds too where the monotonic clock stops, such as in a laptop that sleeps.
 */
export class NodeLease implements NodeIdSource {
  readonly nodeId: number;
  readonly fencingToken: bigint;
  /** The high-water mark of earlier holders: begin after it. */
  readonly notBefore: number;

  readonly #store: NodeLeaseStore;
  readonly #settings: LeaseSettings;
  readonly #monotonicNow: () => number;
  readonly #held: HeldLease;
  #deadline: number;
  #mayIssueUntil: number;
  #highest: number;
  #ended: LeaseLostReason | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @throws NodeIdsExhaustedError, LeaseStoreTimeoutError, LeaseOptionsError, LeaseLostError (the answer came after the
   * deadline), or the store's own error
   */
  static async acquire(store: NodeLeaseStore, options: NodeLeaseOptions = {}): Promise<NodeLease> {
    const settings = leaseSettings(options);
    const { pool, minNodeId, maxNodeId, terms, ttlMs, restMs, maxClockSkewMs, issueAheadMs } = settings;
    const holder = `${settings.holder}#${randomUUID()}`;
    const sentAt = settings.monotonicNow();
    const answer = store.acquire({ pool, minNodeId, maxNodeId, holder, terms });
    let grant: LeaseGrant | undefined;
    try {
      grant = await within(answer, 'acquire', settings.requestTimeoutMs);
    } catch (error) {
      // Nobody issues under a grant that comes too late: give it back, or let it end.
      answer.then((late) => late && store.release({ pool, holder, terms, ...late }, late.notBefore)).catch(() => undefined);
      throw error;
    }
    if (!grant) throw new NodeIdsExhaustedError(pool, minNodeId, maxNodeId, ttlMs + Math.max(restMs, 2 * maxClockSkewMs + issueAheadMs));
    const lease = new NodeLease(store, settings, holder, grant, sentAt);
    if (lease.remainingMs === 0) throw new LeaseLostError(grant.nodeId, 'expired'); // nobody has had it, so that nobody has lost it
    lease.#renewAt(sentAt + ttlMs / 3);
    return lease;
  }

  private constructor(store: NodeLeaseStore, settings: LeaseSettings, holder: string, grant: LeaseGrant, sentAt: number) {
    this.#store = store;
    this.#settings = settings;
    this.#monotonicNow = settings.monotonicNow;
    this.nodeId = grant.nodeId;
    this.fencingToken = grant.fencingToken;
    this.notBefore = grant.notBefore;
    this.#held = { pool: settings.pool, nodeId: grant.nodeId, fencingToken: grant.fencingToken, holder, terms: settings.terms };
    this.#deadline = this.#deadlineFrom(sentAt);
    this.#mayIssueUntil = grant.mayIssueUntil;
    this.#highest = grant.notBefore;
  }

  get pool(): string {
    return this.#held.pool;
  }

  /** Until issuing stops, unless it is renewed before; 0 once it has ended. */
  get remainingMs(): number {
    return this.#ended === undefined ? Math.max(0, this.#deadline - this.#monotonicNow()) : 0;
  }

  /** The largest timestamp that is covered by the store; each renewal raises it. */
  get mayIssueUntil(): number {
    return this.#mayIssueUntil;
  }

  assertHeld(timestampMs?: number): void {
    if (this.#hasEnded()) throw new LeaseLostError(this.nodeId, this.#ended ?? 'expired');
    const first = timestampMs ?? this.#settings.wallNow();
    const last = timestampMs ?? first + this.#settings.issueAheadMs;
    // Written so that NaN fails.
    if (!(first > this.notBefore && last <= this.#mayIssueUntil)) {
      throw new ClockOutsideLeaseError(this.nodeId, first > this.notBefore ? last : first, this.notBefore, this.#mayIssueUntil);
    }
    if (last > this.#highest) this.#highest = last;
  }

  /** Issuing stops at once, before the store is told. A lease that has been lost needs none. @throws as the store does */
  async release(): Promise<void> {
    if (this.#hasEnded()) return;
    this.#end('released');
    // `highest` and not the wall clock alone, which may have gone back since; never below what earlier holders have issued.
    const issuedUntil = Math.max(this.#highest, this.#settings.wallNow()) + this.#settings.issueAheadMs;
    await within(this.#store.release(this.#held, issuedUntil), 'release', this.#settings.requestTimeoutMs);
  }

  /** Also makes the end final. */
  #hasEnded(): boolean {
    if (this.#ended !== undefined) return true;
    if (this.#monotonicNow() < this.#deadline) return false;
    this.#end('expired');
    return true;
  }

  #end(reason: LeaseLostReason): void {
    this.#ended = reason;
    clearTimeout(this.#timer);
    if (reason === 'released') return;
    // Not within `assertHeld`: a callback that throws must not take the place of its error.
    queueMicrotask(() => this.#settings.onLost(new LeaseLostError(this.nodeId, reason)));
  }

  #deadlineFrom(sentAt: number): number {
    return sentAt + this.#settings.ttlMs - this.#settings.marginMs;
  }

  #renewAt(time: number): void {
    if (this.#ended !== undefined) return;
    const delay = Math.min(time, this.#deadline) - this.#monotonicNow();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), Math.max(0, Math.ceil(delay))).unref();
  }

  #renew(): void {
    if (this.#hasEnded()) return;
    const { ttlMs, requestTimeoutMs, onRenewalFailed } = this.#settings;
    // Before the request is sent, never after: the store's time begins later than this.
    const sentAt = this.#monotonicNow();
    // A late answer counts too, from when it was asked for.
    const answer = this.#store.renew(this.#held).then((mark) => this.#renewed(sentAt, mark));
    within(answer, 'renew', requestTimeoutMs).then(
      () => this.#renewAt(sentAt + ttlMs / 3),
      (error: unknown) => {
        this.#renewAt(this.#monotonicNow() + ttlMs / 20);
        if (this.#ended === undefined) onRenewalFailed(error);
      },
    );
  }

  #renewed(sentAt: number, mark: number | undefined): void {
    if (this.#hasEnded()) return;
    if (mark === undefined) return this.#end('refused');
    this.#deadline = Math.max(this.#deadline, this.#deadlineFrom(sentAt));
    this.#mayIssueUntil = Math.max(this.#mayIssueUntil, mark);
  }
}
