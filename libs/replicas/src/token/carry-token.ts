import { later } from '../position/position';
import type { Cluster } from '../replica/cluster';
import { carryOver } from '../routing/carry-over';
import { settle } from '../routing/settle';
import type { Session } from '../session/session';
import type { ConsistencyToken } from './consistency-tokens';

/** No server is ever on it: the router reads the primary, and the session begins anew from there. */
const NOWHERE = { timeline: Number.MAX_SAFE_INTEGER, lsn: 0n };

/** From now on the session is shown nothing older than the token. */
export function acceptToken(session: Session, { systemId, timeline, lsn }: ConsistencyToken, cluster: Cluster): void {
  session.haveRead(systemId === cluster.systemId ? { timeline, lsn } : NOWHERE);
}

/**
 * What the session has been shown and has written, as a token; undefined if that is nothing.
 *
 * @throws what keeps the primary from answering, where only it knows
 */
export async function tokenOf(session: Session, cluster: Cluster): Promise<ConsistencyToken | undefined> {
  await settle(session, cluster);
  carryOver(session, cluster); // what is lost is told
  let position = later(session.read, session.written);
  if (!position) return undefined;
  if (position.timeline !== cluster.timeline) {
    position = await cluster.primaryPosition();
    session.startAgainFrom(position);
  }
  const { systemId } = cluster;
  return systemId === undefined ? undefined : { ...position, systemId };
}
