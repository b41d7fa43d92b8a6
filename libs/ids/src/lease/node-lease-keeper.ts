import { leaseSettings, type NodeLeaseOptions } from './lease-options';
import { LeaseOptionsError, NodeIdUnavailableError } from './lease.errors';
import { NodeLease } from './node-lease';
import type { NodeLeaseStore } from './node-lease.store';

export interface NodeLeaseKeeperOptions extends Omit<NodeLeaseOptions, 'onLost'> {
  /** Pause between two attempts to get a node id. Default: 1 s. */
  readonly retryMs?: number;
  readonly onHeld?: (lease: NodeLease) => void;
  /** Told once a lease that has ended without `release`; another one is being asked for. */
  readonly onLost?: (error: Error) => void;
  /** Told of each attempt to get a node id that failed; it is repeated until there is one. */
  readonly onAcquireFailed?: (error: unknown) => void;
}

/**
 * A node id for as long as the process runs: takes a lease, and another one when that has ended. In between there is none, and
 * `node` throws. One generator serves all the time: the timestamps of each lease are its holder's alone.
 */
export class NodeLeaseKeeper {
  readonly #store: NodeLeaseStore;
  readonly #options: NodeLeaseKeeperOptions;
  #lease: NodeLease | undefined;
  #missing: unknown;
  #released = false;
  #timer: NodeJS.Timeout | undefined;
  #acquiring: Promise<void>;

  /** Resolves after the first attempt, also where it got no node id: it goes on trying. @throws LeaseOptionsError */
  static async start(store: NodeLeaseStore, options: NodeLeaseKeeperOptions = {}): Promise<NodeLeaseKeeper> {
    const keeper = new NodeLeaseKeeper(store, options);
    await keeper.#acquiring;
    return keeper;
  }

  private constructor(store: NodeLeaseStore, options: NodeLeaseKeeperOptions) {
    const { retryMs = 1_000, onHeld, onLost, onAcquireFailed, ...ofLease } = options;
    leaseSettings(ofLease); // what can never succeed is not tried again and again
    if (!(retryMs >= 1 && retryMs <= 86_400_000)) throw new LeaseOptionsError(`retryMs is ${retryMs}: give 1 to a day.`);
    this.#store = store;
    this.#options = options;
    this.#acquiring = this.#acquire();
  }

  /** The option `node` of a generator. @throws NodeIdUnavailableError, LeaseLostError, ClockOutsideLeaseError */
  readonly node = (timestampMs: number): number => {
    const lease = this.#lease;
    if (lease === undefined) throw new NodeIdUnavailableError(this.#missing);
    lease.assertHeld(timestampMs);
    return lease.nodeId;
  };

  /** That of the moment, if there is one. */
  get lease(): NodeLease | undefined {
    return this.#lease;
  }

  /** Issuing stops for good, then the store is told. @throws as the store does */
  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#timer);
    const held = this.#lease;
    this.#lease = undefined;
    this.#missing = 'it was given back';
    await held?.release();
    await this.#acquiring; // a grant that is under way is given back as soon as it comes
  }

  #acquireAgain(): void {
    if (!this.#released) this.#acquiring = this.#acquire();
  }

  async #acquire(): Promise<void> {
    const { retryMs = 1_000, onHeld, onLost, onAcquireFailed, ...options } = this.#options;
    const lost = (error: Error): void => {
      if (this.#released) return;
      this.#lease = undefined;
      this.#missing = error;
      this.#acquireAgain();
      onLost?.(error);
    };
    let lease: NodeLease;
    try {
      lease = await NodeLease.acquire(this.#store, { ...options, onLost: lost });
    } catch (error) {
      if (this.#released) return;
      this.#missing = error;
      this.#timer = setTimeout(() => this.#acquireAgain(), retryMs).unref();
      onAcquireFailed?.(error);
      return;
    }
    if (this.#released) return lease.release();
    this.#lease = lease;
    onHeld?.(lease);
  }
}
