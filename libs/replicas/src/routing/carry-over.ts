import type { Position } from '../position/position';
import type { Cluster } from '../replica/cluster';
import type { Session } from '../session/session';

/**
 * Brings the session's marks to the primary's timeline. One up to the fork is as good as before; one beyond it, or of which nobody knows, is
 * told as lost and leaves no mark.
 * @returns false if one has been lost
 */
export function carryOver(session: Session, cluster: Cluster): boolean {
  const { timeline } = cluster;
  if (timeline === undefined) return true;
  const isOld = (mark: Position | undefined): boolean => mark !== undefined && mark.timeline < timeline;
  if (session.stranded.length === 0 && !isOld(session.read) && !isOld(session.written)) return true;
  const { stranded } = session;
  session.stranded = [];
  for (const mark of stranded) if (!cluster.timelines.carriedOver(mark, timeline)) cluster.lost(session.id, mark, timeline);
  const [read, written] = [session.read, session.written].map((mark) => {
    if (!mark || mark.timeline >= timeline) return mark;
    const carried = cluster.timelines.carriedOver(mark, timeline);
    if (!carried) cluster.lost(session.id, mark, timeline);
    return carried;
  });
  const lost = (session.read && !read) || (session.written && !written);
  session.mark(read, written);
  return !lost;
}
