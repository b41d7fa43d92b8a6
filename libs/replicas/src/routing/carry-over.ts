import { later, type Position } from '../position/position';
import type { Cluster } from '../replica/cluster';
import type { Session } from '../session/session';

/**
 * Brings the session's marks to the primary's timeline. One up to the fork is as good as before; one beyond it, or of which nobody knows, is
 * told as lost: what is left of it the primary had when it was first seen there.
 * @returns false if one has been lost
 */
export function carryOver(session: Session, cluster: Cluster): boolean {
  const { timeline } = cluster;
  if (timeline === undefined || (session.stranded.length === 0 && !isBefore(timeline, session.read) && !isBefore(timeline, session.written))) return true;
  let lost = 0;
  const carried = (mark: Position | undefined): Position | undefined => {
    if (!mark || !isBefore(timeline, mark)) return mark;
    const survivor = cluster.timelines.carriedOver(mark, timeline);
    if (survivor) return survivor;
    lost += 1;
    cluster.lost(session.id, mark, timeline);
    return cluster.lastKnown;
  };
  const stranded = session.stranded.map(carried).reduce(later, undefined);
  lost = 0; // those are told, and the session has gone on since
  session.stranded = [];
  session.mark(later(stranded, carried(session.read)), carried(session.written));
  return lost === 0;
}

function isBefore(timeline: number, mark: Position | undefined): boolean {
  return mark !== undefined && mark.timeline < timeline;
}
