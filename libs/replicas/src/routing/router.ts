import { nameOf } from '../levels';
import type { ReadObserver } from '../metrics/monotonic-check';
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
    readonly onRead?: ReadObserver,
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
    const startedAt = performance.now();
    const order = level === 'eventual' ? shuffled(this.cluster.replicas) : this.preferenceOf(session);
    const first = order.find((replica) => replica.state === 'up' && !failed.has(replica));
    if (kept && first && isSettled(scope, first.incarnation)) {
      const now = performance.now();
      if (this.isFarEnough(first, scope, leastOf(scope), now)) return this.to(first, failed.size > 0 ? 'retried' : 'pinned', now, now);
    }
    const candidates = (): Replica[] => order.filter((replica) => replica.state === 'up' && !failed.has(replica));
    try {
      return kept ? await this.toReplica(scope, candidates, failed.size > 0, startedAt) : await this.startAgain(session, startedAt);
    } catch (error) {
      // Not far enough in time, or nobody can say what is: the primary is away.
      const [any] = candidates();
      if (onTimeout !== 'stale' || !any) throw error;
      return this.to(any, 'stale', startedAt);
    }
  }

  /** What it was shown before a promotion may not have survived: that is told before it is shown less. */
  private async tellLost({ session }: ReadScope): Promise<void> {
    const { timeline, timelines } = this.cluster;
    const before = timeline !== undefined && [...session.shown].some(([incarnation, at]) => timelines.beganAfter(timeline, session.streamedSince.get(incarnation) ?? at));
    if (before) await settleReads(session, this.cluster, primaryIncarnation(this.cluster));
  }

  private preferenceOf(session: Session): readonly Replica[] {
    const { replicas } = this.cluster;
    if (session.preference?.among !== replicas) session.preference = { among: replicas, order: ranked(session.id, replicas) };
    return session.preference.order;
  }

  private async toReplica(scope: ReadScope, candidates: () => readonly Replica[], isRetry: boolean, startedAt: number): Promise<Route> {
    for (;;) {
      const inOrder = candidates();
      const [first] = inOrder;
      if (!first) {
        await this.tellLost(scope);
        return this.toPrimary(isRetry ? 'retried' : 'no-replica', 0);
      }
      const { incarnation } = first;
      const least = await this.neededBy(scope, incarnation);
      // While that was found out it may have been restarted: what it had shown before was left out, and it may show less now.
      if (first.incarnation !== incarnation || first.state !== 'up') continue;
      const now = performance.now();
      if (least !== LOST && this.isFarEnough(first, scope, least, now)) return this.to(first, isRetry ? 'retried' : 'pinned', now, now);
      return this.routeFurther(scope, scope.onTimeout === 'another' ? inOrder : [first], startedAt);
    }
  }

  /** The first choice is not far enough, as far as is known. */
  private async routeFurther(scope: ReadScope, candidates: readonly Replica[], startedAt: number): Promise<Route> {
    const { level, onTimeout } = scope;
    const waited = (): number => performance.now() - startedAt;
    const oneThatIs = (needed: Position | undefined): Route | undefined => {
      const now = performance.now();
      const chosen = candidates.find((replica) => replica.state === 'up' && this.isFarEnough(replica, scope, needed, now));
      return chosen && this.to(chosen, chosen === candidates[0] ? 'waited' : 'another', startedAt, now);
    };
    const maxMs = typeof level === 'object' ? level.maxStalenessMs : undefined;
    const fresh = maxMs === undefined ? undefined : oneThatIs(undefined);
    if (fresh) return fresh;
    // Before it goes elsewhere, what the first choice has shown counts too: it may be further than when it was last asked. Where it is age that counts,
    // half of it is left for getting there.
    const needed = maxMs === undefined ? await this.neededBy(scope, undefined) : await this.placeWithin(maxMs / 2);
    if (needed === LOST || (needed && !(await this.canBeReached(needed)))) return this.startAgain(scope.session, startedAt);
    const there = oneThatIs(needed);
    if (there) return there;
    const timeoutMs = Math.min(scope.timeoutMs, maxMs ?? scope.timeoutMs); // after longer than that what is there is too old
    if (needed) await oneReaches(candidates, needed.lsn, timeoutMs - waited());
    const late = oneThatIs(needed);
    if (late) return late;
    if (onTimeout === 'fail' || onTimeout === 'stale') throw new ReadTimeoutError(nameOf(level), waited());
    return this.toPrimary('timeout', waited());
  }

  private async startAgain(session: Session, startedAt: number): Promise<Route> {
    session.startAgainFrom(await this.cluster.primaryPosition());
    return this.toPrimary('other-timeline', performance.now() - startedAt);
  }

  /** The least place that a read of this level may show, but for what `except` has shown; undefined: any, or `bounded`, where it changes with the time. */
  private async neededBy({ level, session }: ReadScope, except: string | undefined): Promise<Position | undefined | typeof LOST> {
    if (level !== 'monotonic' && level !== 'session') return undefined;
    if (!hasOnlyBeenShown(session, except)) await settleReads(session, this.cluster, except);
    if (level === 'session') await settleWrites(session, this.cluster);
    return carryOver(session, this.cluster) ? leastOf({ level, session }) : LOST;
  }

  /** Where the primary was at a moment that is at most so long ago. */
  private async placeWithin(ms: number): Promise<Position> {
    const { timeline, history } = this.cluster;
    const lsn = history.placeAfter(performance.now() - ms);
    return lsn !== undefined && timeline !== undefined ? { timeline, lsn } : this.cluster.primaryPosition();
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

  private isFarEnough(replica: Replica, { level, session }: ReadScope, needed: Position | undefined, now: number): boolean {
    if (typeof level === 'object') return (this.cluster.stalenessOf(replica, now) ?? Number.POSITIVE_INFINITY) <= level.maxStalenessMs;
    return !needed || hasShown(replica, session, needed) || reached(replica, needed);
  }

  /** @param now when it was found to be far enough */
  private to(replica: Replica, reason: Reason, startedAt: number, now = performance.now()): Route {
    const decision = { target: replica.name, reason, waitedMs: now - startedAt, stalenessMs: this.cluster.stalenessOf(replica, now) };
    return { replica, incarnation: replica.incarnation, atLeast: replica.watch.latest, decision };
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

/** Nearly every read: nothing has to be found out before it goes to the server with this incarnation. */
function isSettled({ level, session }: ReadScope, incarnation: string | undefined): boolean {
  if (level !== 'monotonic' && level !== 'session') return true;
  return hasOnlyBeenShown(session, incarnation) && (level === 'monotonic' || session.writesArePlaced);
}

/** What a read of a level must show at least, as far as it is known; undefined: anything, or `bounded`, where it changes with the time. */
function leastOf({ level, session }: Pick<ReadScope, 'level' | 'session'>): Position | undefined {
  if (level === 'session') return later(session.read, session.written);
  return level === 'monotonic' ? session.read : undefined;
}

/** It has shown the session all of that itself, in the life that it is in. */
function hasShown({ incarnation }: Replica, { read, readFrom }: Session, needed: Position): boolean {
  return needed === read && incarnation !== undefined && incarnation === readFrom;
}

function reached({ watch: { latest } }: Replica, needed: Position): boolean {
  return latest !== undefined && latest.timeline === needed.timeline && latest.lsn >= needed.lsn;
}

/** Whichever is there first: the others may be a second behind. */
async function oneReaches(replicas: readonly Replica[], lsn: Lsn, timeoutMs: number): Promise<void> {
  const all = replicas.map(async ({ watch }) => {
    if (!(await watch.reaches(lsn, timeoutMs))) throw new Error('Not in time.');
  });
  await Promise.any(all).catch(() => undefined);
}
