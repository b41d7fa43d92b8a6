import type { PoolConfig } from 'pg';
import type { Position } from '../position/position';
import { PrimaryHistory } from './primary-history';
import { Replica, type ReplicaState } from './replica';
import type { Sample } from './sample';
import { DEFAULT_WATCH, ServerWatch, type WatchOptions } from './server-watch';
import { StandbyAtPrimaryError } from './standby-at-primary-error';
import { Timelines } from './timelines';

export interface ReplicaOptions {
  /** Stable: decides which ids read here. */
  readonly name: string;
  /** Default: 1. */
  readonly weight?: number;
  readonly pool: PoolConfig;
}

/** Something that a session has read or written may not have survived a promotion: replication had not brought it to the new primary. */
export interface LostHistory {
  readonly sessionId: string;
  /** Undefined: read from the old primary, nobody knows where that was. */
  readonly mark: Position | undefined;
  readonly timeline: number;
}

export interface ClusterOptions {
  readonly primary: PoolConfig;
  readonly replicas: readonly ReplicaOptions[];
  /** A replica that lags by more is not read until it lags by less than half of it, in milliseconds. Default: 30 s. */
  readonly maxLagMs?: number;
  readonly watch?: Partial<WatchOptions>;
  /** A replica is read from now on, or not any more; `cause` is why it is `out`. */
  readonly onReplicaState?: (name: string, state: ReplicaState, cause: unknown) => void;
  /** Told when such a session reads again. */
  readonly onHistoryLost?: (lost: LostHistory) => void;
}

const DEFAULT_MAX_LAG_MS = 30_000;

/** A primary and its replicas, watched. */
export class Cluster {
  readonly primary: ServerWatch;
  readonly history = new PrimaryHistory();
  readonly timelines = new Timelines();
  #replicas: Replica[] = [];
  #lastPrimary: Sample | undefined;
  readonly #watch: WatchOptions;
  readonly #maxLagMs: number;
  readonly #onReplicaState: ClusterOptions['onReplicaState'];
  readonly #onHistoryLost: ((lost: LostHistory) => void) | undefined;

  constructor({ primary, replicas, maxLagMs = DEFAULT_MAX_LAG_MS, watch, onReplicaState, onHistoryLost }: ClusterOptions) {
    this.#watch = { ...DEFAULT_WATCH, ...watch };
    this.#maxLagMs = maxLagMs;
    this.#onReplicaState = onReplicaState;
    this.#onHistoryLost = onHistoryLost;
    check(replicas); // before the first one is watched
    this.primary = new ServerWatch(primary, this.#watch, (sample) => this.#seePrimary(sample), () => undefined);
    for (const replica of replicas) this.add(replica);
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Another replica joins. @throws RangeError if there is one of this name, or its weight is none */
  add({ name, weight = 1, pool }: ReplicaOptions): void {
    check([...this.#replicas, { name, weight }]);
    const replica = new Replica({ name, weight, pool }, this.#watch, ({ state }, cause) => tell(() => this.#onReplicaState?.(name, state, cause)), (of, sample) => this.#judge(of, sample));
    this.#replicas = [...this.#replicas, replica];
  }

  get timeline(): number | undefined {
    return this.#lastPrimary?.timeline;
  }

  /** Where the primary was when it last said so. */
  get lastKnown(): Position | undefined {
    return this.#lastPrimary && { timeline: this.#lastPrimary.timeline, lsn: this.#lastPrimary.lsn };
  }

  get systemId(): string | undefined {
    return this.#lastPrimary?.systemId;
  }

  /** Where the primary is after this call: at or beyond whatever anybody has been shown before. @throws if it does not answer in time */
  async primaryPosition(): Promise<Position> {
    const { timeline, lsn, standby } = await this.primary.look();
    if (standby) throw new StandbyAtPrimaryError();
    return { timeline, lsn };
  }

  /** By how much it is behind the primary at most, in milliseconds; undefined if nobody knows. */
  stalenessOf({ watch: { latest } }: Replica, now = performance.now()): number | undefined {
    return latest && this.history.staleness(latest.lsn, now);
  }

  lost(sessionId: string, mark: Position | undefined, timeline: number): void {
    tell(() => this.#onHistoryLost?.({ sessionId, mark, timeline }));
  }

  async close(): Promise<void> {
    await Promise.all([this.primary.stop(), ...this.#replicas.map((replica) => replica.close())]);
  }

  #seePrimary(sample: Sample): void {
    if (sample.standby) return; // not promoted yet
    const before = this.#lastPrimary;
    this.#lastPrimary = sample;
    this.history.add(sample);
    if (!before || before.timeline >= sample.timeline) return;
    const promoted = this.#replicas.some(({ watch }) => watch.latest?.life === sample.life);
    this.timelines.promotion(before, sample, promoted);
    for (const replica of this.#replicas) replica.judgeAgain(); // whoever stays behind on the old one is not read from here on
  }

  #judge(replica: Replica, sample: Sample): ReplicaState {
    if (!sample.standby) return 'promoted';
    // Of another cluster, or still on the timeline from before a promotion: its places say nothing about what is asked for.
    const primary = this.#lastPrimary;
    if (primary && (sample.systemId !== primary.systemId || sample.timeline !== primary.timeline)) return 'behind';
    if (primary && sample.lsn >= primary.lsn) return 'up'; // also when the primary is away: nothing is known to be missing
    const lag = this.history.staleness(sample.lsn, performance.now());
    if (lag === undefined) return this.history.spanMs(performance.now()) > this.#maxLagMs ? 'behind' : 'up'; // nobody has watched for long enough to know
    const most = replica.state === 'behind' ? this.#maxLagMs / 2 : this.#maxLagMs;
    return lag <= most ? 'up' : 'behind';
  }
}

function check(replicas: readonly Pick<ReplicaOptions, 'name' | 'weight'>[]): void {
  for (const [index, { name, weight = 1 }] of replicas.entries()) {
    if (replicas.findIndex((other) => other.name === name) !== index) throw new RangeError(`There is a replica "${name}" already.`);
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) throw new RangeError(`The weight of "${name}" is ${weight}: give a number above 0.`);
  }
}

/** An observer that throws must end neither the watch nor a read. */
function tell(observer: () => void): void {
  try {
    observer();
  } catch (error) {
    process.emitWarning(`An observer of @madang/replicas has thrown: ${String(error)}`);
  }
}
