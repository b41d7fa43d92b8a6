import { nameOf } from '../levels';
import type { Lsn } from '../position/lsn';
import { later, type Position } from '../position/position';
import type { Cluster } from '../replica/cluster';
import type { Replica } from '../replica/replica';
import type { ReadScope } from '../session/read-scope';
import type { Session } from '../session/session';
import { carryOver } from './carry-over';
import type { Decision, Reason } from './decision';
import { ReadTimeoutError } from './errors';
import type { FallbackLimit } from './fallback-limit';
import { ranked, shuffled } from './rendezvous';
import { hasOnlyBeenShown, primaryIncarnation, settleReads, settleWrites } from './settle';

export interface Route {
  /** Undefined: the primary. */
  readonly replica: Replica | undefined;
  /** Of the server that it was made for. */
  readonly incarnation: string | undefined;
  /** Where that server was when it was chosen. */
  readonly atLeast: Position | undefined;
  readonly decision: Decision;
}

/** What the session saw or wrote is of another timeline and not known to have survived. */
const LOST = Symbol('lost');

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
    const { level, session, onTimeout } = scope;
    if (scope.transactions.size > 0) return this.primary('transaction');
    const kept = carryOver(session, this.cluster); // also where no replica is left: who has lost something is told at once
    if (level === 'strong') return this.primary('strong');
    if (!kept) return this.startAgain(scope, 0);
    const order = level === 'eventual' ? shuffled(this.cluster.replicas) : this.preferenceOf(session);
    for (;;) {
      const candidates = order.filter((replica) => replica.state === 'up' && !failed.has(replica));
      const [first] = candidates;
      if (!first) {
        await this.tellLost(scope);
        return this.toPrimary(failed.size > 0 ? 'retried' : 'no-replica', 0);
      }
      const { incarnation } = first;
      try {
        const needed = await this.neededBy(scope, incarnation);
        // While that was found out it may have been restarted: what it had shown before was left out, and it may show less now.
        if (first.incarnation !== incarnation || first.state !== 'up') continue;
        if (needed !== LOST && (hasShown(first, session, needed) || reached(first, needed))) return toReplica(this.cluster, first, failed.size > 0 ? 'retried' : 'pinned', 0);
      } catch (error) {
        if (onTimeout === 'stale') return toReplica(this.cluster, first, 'stale', 0);
        throw error;
      }
      return this.routeFurther(scope, first, candidates.slice(1));
    }
  }

  /** What it was shown before a promotion may not have survived: that is told before it is shown less. */
  private async tellLost({ session }: ReadScope): Promise<void> {
    const { timeline, timelines } = this.cluster;
    const before = timeline !== undefined && [...session.shown.values()].some((at) => timelines.beganAfter(timeline, at));
    if (before) await settleReads(session, this.cluster, primaryIncarnation(this.cluster));
  }

  private preferenceOf(session: Session): readonly Replica[] {
    const { replicas } = this.cluster;
    if (session.preference?.among !== replicas) session.preference = { among: replicas, order: ranked(session.id, replicas) };
    return session.preference.order;
  }

  /** The first choice is not far enough, as far as is known. */
  private async routeFurther(scope: ReadScope, first: Replica, others: readonly Replica[]): Promise<Route> {
    const { level, timeoutMs, onTimeout } = scope;
    const startedAt = performance.now();
    const waited = (): number => performance.now() - startedAt;
    // Before it goes elsewhere, what the first choice has shown counts too: it may be further than when it was last asked.
    const needed = await this.neededBy(scope, undefined);
    if (needed === LOST || (needed && !(await this.canBeReached(needed)))) {
      return this.startAgain(scope, waited());
    }
    const another = (): Replica | undefined => others.find((replica) => replica.state === 'up' && reached(replica, needed));
    if (onTimeout === 'another' && !reached(first, needed)) {
      const other = another();
      if (other) return toReplica(this.cluster, other, 'another', waited());
    }
    if (needed) await oneReaches(onTimeout === 'another' ? [first, ...others] : [first], needed.lsn, timeoutMs - waited());
    if (first.state === 'up' && reached(first, needed)) return toReplica(this.cluster, first, 'waited', waited());
    if (onTimeout === 'fail') throw new ReadTimeoutError(nameOf(level), waited());
    if (onTimeout === 'stale') return toReplica(this.cluster, first, 'stale', waited());
    const other = onTimeout === 'another' ? another() : undefined;
    return other ? toReplica(this.cluster, other, 'another', waited()) : this.toPrimary('timeout', waited());
  }

  private async startAgain({ session }: ReadScope, waitedMs: number): Promise<Route> {
    session.startAgainFrom(await this.cluster.primaryPosition());
    return this.toPrimary('other-timeline', waitedMs);
  }

  /** The least place that a read of this level may show, but for what `except` has shown; undefined: any. */
  private async neededBy({ level, session }: ReadScope, except: string | undefined): Promise<Position | undefined | typeof LOST> {
    if (level === 'eventual' || level === 'pinned' || level === 'strong') return undefined;
    if (typeof level === 'object') {
      const { timeline } = this.cluster;
      const lsn = this.cluster.history.placeAfter(performance.now() - level.maxStalenessMs);
      return lsn !== undefined && timeline !== undefined ? { timeline, lsn } : this.cluster.primaryPosition();
    }
    if (!hasOnlyBeenShown(session, except)) await settleReads(session, this.cluster, except);
    if (level === 'session') await settleWrites(session, this.cluster);
    if (!carryOver(session, this.cluster)) return LOST;
    return level === 'session' ? later(session.read, session.written) : session.read;
  }

  /** What is of another timeline, or beyond the primary, is reached by nobody. Whether it is costs a question at times. */
  private async canBeReached({ timeline, lsn }: Position): Promise<boolean> {
    const { latest } = this.cluster.primary;
    if (latest && latest.timeline === timeline && latest.lsn >= lsn) return true;
    try {
      const position = await this.cluster.primaryPosition();
      return position.timeline === timeline && position.lsn >= lsn;
    } catch {
      return true; // nobody knows: a replica may get there all the same
    }
  }

  private toPrimary(reason: Reason, waitedMs: number): Route {
    this.fallbacks.take();
    return this.primary(reason, waitedMs);
  }

  /** Not as a fallback: it belongs there. */
  primary(reason: Reason, waitedMs = 0): Route {
    return { replica: undefined, incarnation: primaryIncarnation(this.cluster), atLeast: this.cluster.primary.latest, decision: { target: 'primary', reason, waitedMs, stalenessMs: 0 } };
  }
}

/** It has shown the session all of that itself, in the life that it is in. */
function hasShown({ incarnation }: Replica, { read, readFrom }: Session, needed: Position | undefined): boolean {
  return needed !== undefined && needed === read && incarnation !== undefined && incarnation === readFrom;
}

function reached(replica: Replica, needed: Position | undefined): boolean {
  if (!needed) return true;
  const { latest } = replica.watch;
  return latest !== undefined && latest.timeline === needed.timeline && latest.lsn >= needed.lsn;
}

function toReplica(cluster: Cluster, replica: Replica, reason: Reason, waitedMs: number): Route {
  return { replica, incarnation: replica.incarnation, atLeast: replica.watch.latest, decision: { target: replica.name, reason, waitedMs, stalenessMs: cluster.stalenessOf(replica) } };
}

/** Whichever is there first: the others may be a second behind. */
async function oneReaches(replicas: readonly Replica[], lsn: Lsn, timeoutMs: number): Promise<void> {
  const all = replicas.map(async ({ watch }) => {
    if (!(await watch.reaches(lsn, timeoutMs))) throw new Error('Not in time.');
  });
  await Promise.any(all).catch(() => undefined);
}
