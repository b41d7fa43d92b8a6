import { nameOf, type ReadLevel } from '../levels';
import type { Position } from '../position/position';
import { later } from '../position/position';
import type { Cluster } from '../replica/cluster';
import type { Replica } from '../replica/replica';
import type { ReadScope } from '../session/read-scope';
import type { Decision, Reason } from './decision';
import { ReadTimeoutError } from './errors';
import type { FallbackLimit } from './fallback-limit';
import { ranked } from './rendezvous';
import { primaryIncarnation, settle } from './settle';

export interface Route {
  /** Undefined: the primary. */
  readonly replica: Replica | undefined;
  /** Of the server that it was made for. */
  readonly incarnation: string | undefined;
  /** Where that server was when it was chosen. */
  readonly atLeast: Position | undefined;
  readonly decision: Decision;
}

/** Chooses the server of a read. */
export class Router {
  constructor(
    private readonly cluster: Cluster,
    private readonly fallbacks: FallbackLimit,
  ) {}

  /**
   * @param failed where this read has failed already
   * @throws ReadTimeoutError, PrimaryFallbackLimitError, or what keeps the primary from answering
   */
  async route(scope: ReadScope, failed: ReadonlySet<Replica> = new Set()): Promise<Route> {
    const { level, session, timeoutMs, onTimeout } = scope;
    const startedAt = performance.now();
    const waited = (): number => performance.now() - startedAt;
    if (level === 'strong') return this.toPrimary('strong', 0, false);

    const id = level === 'eventual' ? String(Math.random()) : session.id;
    const candidates = ranked(id, this.cluster.replicas.filter(({ state }) => state === 'up')).filter((replica) => !failed.has(replica));
    const [first] = candidates;
    if (!first) return this.toPrimary(failed.size > 0 ? 'retried' : 'no-replica', 0);

    const needed = await this.neededBy(level, scope, first);
    if (needed === undefined || reached(first, needed)) return toReplica(this.cluster, first, failed.size > 0 ? 'retried' : 'pinned', 0);
    // Only now, since it costs a question: what is of another timeline, or beyond the primary, is reached by nobody.
    if (!(await this.canBeReached(needed))) {
      const position = await this.cluster.primaryPosition();
      session.startAgainFrom(position);
      return this.toPrimary('other-timeline', waited());
    }
    if (onTimeout === 'another') {
      const other = candidates.slice(1).find((replica) => reached(replica, needed));
      if (other) return toReplica(this.cluster, other, 'another', waited());
    }
    if (await first.watch.reaches(needed.lsn, timeoutMs - waited())) return toReplica(this.cluster, first, 'waited', waited());
    switch (onTimeout) {
      case 'fail':
        throw new ReadTimeoutError(nameOf(level), waited());
      case 'stale':
        return toReplica(this.cluster, first, 'stale', waited());
      case 'another': {
        const other = candidates.find((replica) => reached(replica, needed));
        return other ? toReplica(this.cluster, other, 'another', waited()) : this.toPrimary('timeout', waited());
      }
      case 'primary':
        return this.toPrimary('timeout', waited());
    }
  }

  /** The least place that a read of this level may show; undefined: any. */
  private async neededBy(level: ReadLevel, { session }: ReadScope, first: Replica): Promise<Position | undefined> {
    if (level === 'eventual' || level === 'pinned' || level === 'strong') return undefined;
    if (typeof level === 'object') {
      const { timeline } = this.cluster;
      const lsn = this.cluster.history.placeAfter(performance.now() - level.maxStalenessMs);
      return lsn !== undefined && timeline !== undefined ? { timeline, lsn } : this.cluster.primaryPosition();
    }
    await settle(session, this.cluster, first.incarnation);
    return level === 'session' ? later(session.read, session.written) : session.read;
  }

  private async canBeReached({ timeline, lsn }: Position): Promise<boolean> {
    const { latest } = this.cluster.primary;
    if (latest && latest.timeline === timeline && latest.lsn >= lsn) return true;
    const position = await this.cluster.primaryPosition();
    return position.timeline === timeline && position.lsn >= lsn;
  }

  private toPrimary(reason: Reason, waitedMs: number, isFallback = true): Route {
    if (isFallback) this.fallbacks.take();
    return { replica: undefined, incarnation: primaryIncarnation(this.cluster), atLeast: this.cluster.primary.latest, decision: { target: 'primary', reason, waitedMs, stalenessMs: 0 } };
  }
}

function reached(replica: Replica, { timeline, lsn }: Position): boolean {
  const { latest } = replica.watch;
  return latest !== undefined && latest.timeline === timeline && latest.lsn >= lsn;
}

function toReplica(cluster: Cluster, replica: Replica, reason: Reason, waitedMs: number): Route {
  return { replica, incarnation: replica.incarnation, atLeast: replica.watch.latest, decision: { target: replica.name, reason, waitedMs, stalenessMs: cluster.stalenessOf(replica) } };
}
