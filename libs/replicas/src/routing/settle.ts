import { noteSettled } from '../metrics/monotonic-check';
import type { Lsn } from '../position/lsn';
import type { Position } from '../position/position';
import type { Cluster } from '../replica/cluster';
import { mostShown } from '../replica/sample';
import type { ServerWatch } from '../replica/server-watch';
import type { Session } from '../session/session';

const PRIMARY = 'primary';
/** A replica that is up answers in far less. */
const LOOK_MS = 100;

/** The name under which a session remembers the primary. */
export function primaryIncarnation(cluster: Cluster): string {
  return `${PRIMARY}@${cluster.primary.latest?.life ?? ''}`;
}

/** Finds out how far the session's reads and writes are. @throws what keeps the primary from answering, where it has to be asked */
export async function settle(session: Session, cluster: Cluster, except?: string): Promise<void> {
  await settleReads(session, cluster, except);
  await settleWrites(session, cluster);
}

export function settleWrites(session: Session, cluster: Cluster): Promise<void> {
  return session.placeWrites(() => cluster.primaryPosition());
}

/** Nearly every read: nothing has to be found out. */
export function hasOnlyBeenShown({ shown }: Session, incarnation: string | undefined): boolean {
  return shown.size === 0 || (shown.size === 1 && incarnation !== undefined && shown.has(incarnation));
}

/**
 * Finds out how far the servers were that the session has read from, but for `except`: a standby only goes on, so that while the session
 * stays there nothing has to be known. A sample that was taken after the read is a bound from above; where there is none (the server has died or was
 * restarted) the primary's place is: no standby has more than it.
 */
export async function settleReads(session: Session, cluster: Cluster, except?: string): Promise<void> {
  for (const [incarnation, shownAt] of session.shown) {
    if (incarnation === except) continue;
    const bound = await boundOf(incarnation, shownAt, cluster);
    const position = bound?.position ?? (await primaryBound(session, session.streamedSince.get(incarnation) ?? shownAt, cluster));
    session.haveSettled(position, bound && hadAll(session, incarnation, bound) ? incarnation : undefined);
    noteSettled(session, incarnation, position);
    // Only now: whoever settles at the same time must not find it gone before the mark is there.
    session.forgetShown(incarnation, shownAt);
  }
}

interface Bound {
  /** At most so far it had come when the session read from it. */
  readonly position: Position;
  /** At least so far it has come since. */
  readonly reached: Lsn;
}

/** Whether it has shown all of what the session has been shown, here or elsewhere: an `eventual` read may have gone back to it. */
function hadAll({ read, readFrom }: Session, incarnation: string, { position, reached }: Bound): boolean {
  return read === undefined || readFrom === incarnation || (read.timeline === position.timeline && read.lsn <= reached);
}

async function boundOf(incarnation: string, shownAt: number, cluster: Cluster): Promise<Bound | undefined> {
  const name = nameOf(incarnation);
  if (name === PRIMARY) return undefined;
  const watch = cluster.replicas.find((replica) => replica.name === name && replica.incarnation === incarnation)?.watch;
  const sample = watch && (await sampleAfter(watch, shownAt));
  if (!sample || `${name}@${sample.life}` !== incarnation) return undefined;
  const lsn = mostShown(sample);
  return lsn === undefined ? undefined : { position: { timeline: sample.timeline, lsn }, reached: sample.lsn };
}

async function primaryBound(session: Session, shownAt: number, cluster: Cluster): Promise<Position> {
  const position = await cluster.primaryPosition();
  const before = cluster.timelines.lastBefore(position.timeline, shownAt);
  // It was read on another timeline than the primary's: from the old primary, or from a standby that has not come back.
  if (cluster.timelines.beganAfter(position.timeline, shownAt) && !(before && cluster.timelines.carriedOver(before, position.timeline))) {
    cluster.lost(session.id, before, position.timeline);
  }
  return position;
}

function nameOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.lastIndexOf('@'));
}

async function sampleAfter(watch: ServerWatch, time: number) {
  if (watch.latest && watch.latest.askedAt >= time) return watch.latest;
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), LOOK_MS);
  try {
    return await Promise.race([watch.look().catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
