import { noteSettled } from '../metrics/monotonic-check';
import type { Cluster } from '../replica/cluster';
import type { ServerWatch } from '../replica/server-watch';
import type { Session } from '../session/session';

const PRIMARY = 'primary';
/** A replica that is up answers in far less. */
const LOOK_MS = 100;

/** The name under which a session remembers the primary. */
export function primaryIncarnation(cluster: Cluster): string {
  return `${PRIMARY}@${cluster.primary.latest?.startedAt ?? ''}`;
}

/**
 * Finds out how far the servers were that the session has read from, but for `except`: a standby only goes on, so that while the session
 * stays there nothing has to be known. A sample that was taken after the read is a bound from above; where there is none (the server has died or was
 * restarted) the primary's place is: no standby has more than it.
 */
export async function settle(session: Session, cluster: Cluster, except?: string): Promise<void> {
  if (session.shown.size === 0 && !session.wrote) return;
  for (const [incarnation, shownAt] of session.shown) {
    if (incarnation === except) continue;
    const watch = watchOf(incarnation, cluster);
    const sample = watch && (await sampleAfter(watch, shownAt));
    const position = sample && `${nameOf(incarnation)}@${sample.startedAt}` === incarnation ? { timeline: sample.timeline, lsn: sample.lsn } : await cluster.primaryPosition();
    session.haveRead(position);
    noteSettled(session, incarnation, position);
    if (session.shown.get(incarnation) === shownAt) session.shown.delete(incarnation);
  }
  if (!session.wrote) return;
  session.wrote = false;
  try {
    session.haveWritten(await cluster.primaryPosition());
  } catch (error) {
    session.wrote = true;
    throw error;
  }
}

function nameOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.lastIndexOf('@'));
}

function watchOf(incarnation: string, cluster: Cluster): ServerWatch | undefined {
  const name = nameOf(incarnation);
  if (name === PRIMARY) return cluster.primary;
  return cluster.replicas.find((replica) => replica.name === name && replica.incarnation === incarnation)?.watch;
}

async function sampleAfter(watch: ServerWatch, time: number) {
  if (watch.latest && watch.latest.askedAt >= time) return watch.latest;
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), LOOK_MS).unref());
  return Promise.race([watch.look().catch(() => undefined), late]);
}
