import type { LostHistory } from '../src/replica/cluster';
import { FallbackLimit } from '../src/routing/fallback-limit';
import { Router } from '../src/routing/router';
import { primaryIncarnation, settle } from '../src/routing/settle';
import { DEFAULT_CONSISTENCY } from '../src/levels';
import { scopeAround } from '../src/session/read-scope';
import { Session } from '../src/session/session';
import { tokenOf } from '../src/token/carry-token';
import { scripted } from './scripted-server';

let open: Awaited<ReturnType<typeof scripted>> | undefined;
afterEach(async () => {
  await open?.cluster.close();
  open = undefined;
});

/** A primary and two standbys, the second of which is promoted without what lies beyond 145. */
async function scene(onHistoryLost: (lost: LostHistory) => void) {
  open = await scripted([{}, { lsn: 140n, life: 'second' }], { onHistoryLost });
  const { cluster, primary } = open;
  const promote = async (): Promise<void> => {
    Object.assign(primary.place, { lsn: 160n, replayed: 145n, timeline: 2, life: 'second' });
    await cluster.primary.look();
  };
  return { cluster, promote, session: new Session('a') };
}

it('is told of a stream that was open over the promotion', async () => {
  const lost: LostHistory[] = [];
  const { cluster, promote, session } = await scene((each) => lost.push(each));
  const end = session.beginStream(primaryIncarnation(cluster));
  await promote();
  end();
  await settle(session, cluster);
  expect(lost).toHaveLength(1);
});

it('is told where only a token is asked for', async () => {
  const lost: LostHistory[] = [];
  const { cluster, promote, session } = await scene((each) => lost.push(each));
  session.haveRead({ timeline: 1, lsn: 150n });
  await promote();
  await tokenOf(session, cluster);
  expect(lost).toHaveLength(1);
});

it('is no reason to fail for an observer that fails', async () => {
  const { cluster, promote, session } = await scene(() => {
    throw new Error('observer');
  });
  session.haveRead({ timeline: 1, lsn: 150n });
  await promote();
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation();
  const router = new Router(cluster, new FallbackLimit(100));
  for (const reason of ['other-timeline', 'no-replica']) expect((await router.route(scopeAround(session, DEFAULT_CONSISTENCY))).decision.reason).toBe(reason);
  expect(warned).toHaveBeenCalledTimes(1);
});
