import type { PoolConfig } from 'pg';
import type { Position } from '../position/position';
import { PrimaryHistory } from './primary-history';
import { Replica, type ReplicaState } from './replica';
import type { Sample } from './sample';
import { DEFAULT_WATCH, ServerWatch, type WatchOptions } from './server-watch';

export interface ReplicaOptions {
  /** Stable: decides which ids read here. */
  readonly name: string;
  /** Default: 1. */
  readonly weight?: number;
  readonly pool: PoolConfig;
}

export interface ClusterOptions {
  readonly primary: PoolConfig;
  readonly replicas: readonly ReplicaOptions[];
  /** A replica that lags by more is not read until it lags by less than half of it, in milliseconds. Default: 30 s. */
  readonly maxLagMs?: number;
  readonly watch?: Partial<WatchOptions>;
  /** A replica is read from now on, or not any more. */
  readonly onReplicaState?: (name: string, state: ReplicaState) => void;
}

const DEFAULT_MAX_LAG_MS = 30_000;

/** A primary and its replicas, watched. */
export class Cluster {
  readonly primary: ServerWatch;
  readonly history = new PrimaryHistory();
  #replicas: Replica[] = [];
  readonly #watch: WatchOptions;
  readonly #maxLagMs: number;
  readonly #onReplicaState: ((name: string, state: ReplicaState) => void) | undefined;

  constructor({ primary, replicas, maxLagMs = DEFAULT_MAX_LAG_MS, watch, onReplicaState }: ClusterOptions) {
    this.#watch = { ...DEFAULT_WATCH, ...watch };
    this.#maxLagMs = maxLagMs;
    this.#onReplicaState = onReplicaState;
    this.primary = new ServerWatch(primary, this.#watch, (sample) => this.#seePrimary(sample), () => undefined);
    for (const replica of replicas) this.add(replica);
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Another replica joins. @throws if there is one of this name */
  add({ name, weight = 1, pool }: ReplicaOptions): void {
    if (this.#replicas.some((replica) => replica.name === name)) throw new Error(`There is a replica "${name}" already.`);
    const replica = new Replica({ name, weight, pool }, this.#watch, ({ state }) => this.#onReplicaState?.(name, state), (of, sample) => this.#judge(of, sample));
    this.#replicas = [...this.#replicas, replica];
  }

  get timeline(): number | undefined {
    return this.primary.latest?.timeline;
  }

  get systemId(): string | undefined {
    return this.primary.latest?.systemId;
  }

  /** Where the primary is after this call: at or beyond whatever anybody has been shown before. */
  async primaryPosition(): Promise<Position> {
    const { timeline, lsn, standby } = await this.primary.look();
    if (standby) throw new Error('The server at the primary’s address is a standby.');
    return { timeline, lsn };
  }

  stalenessOf(replica: Replica): number | undefined {
    const { latest } = replica.watch;
    return latest && this.history.staleness(latest.lsn, performance.now());
  }

  async close(): Promise<void> {
    await Promise.all([this.primary.stop(), ...this.#replicas.map((replica) => replica.close())]);
  }

  #seePrimary(sample: Sample): void {
    if (sample.standby) return; // not promoted yet
    this.history.add(sample);
  }

  #judge(replica: Replica, sample: Sample): ReplicaState {
    if (!sample.standby) return 'promoted';
    const { latest } = this.primary;
    // Of another cluster, or still on the timeline from before a promotion: its places say nothing about what is asked for.
    if (latest && (sample.systemId !== latest.systemId || sample.timeline !== latest.timeline)) return 'behind';
    const lag = this.history.staleness(sample.lsn, performance.now());
    if (lag === undefined) return this.history.spanMs(performance.now()) > this.#maxLagMs ? 'behind' : 'up'; // nobody has watched for long enough to know
    const most = replica.state === 'behind' ? this.#maxLagMs / 2 : this.#maxLagMs;
    return lag <= most ? 'up' : 'behind';
  }
}
