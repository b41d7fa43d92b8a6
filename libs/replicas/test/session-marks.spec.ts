import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_CONSISTENCY } from '../src/levels';
import type { LostHistory } from '../src/replica/cluster';
import type { Replica } from '../src/replica/replica';
import { Timelines } from '../src/replica/timelines';
import { carryOver } from '../src/routing/carry-over';
import { settle } from '../src/routing/settle';
import { noteDecision, scopeAround } from '../src/session/read-scope';
import { Session } from '../src/session/session';
import { SessionStore } from '../src/session/session-store';
import { scripted, type ScriptedServer } from './scripted-server';

const at = (lsn: bigint, timeline = 1) => ({ timeline, lsn });

let open: Awaited<ReturnType<typeof scripted>> | undefined;
afterEach(async () => {
  await open?.cluster.close();
  open = undefined;
});

describe('the store', () => {
  it('keeps the later half surely, and forgets what nobody has used since', () => {
    const store = new SessionStore(10);
    const first = store.get('first');
    first.haveRead(at(1n));
    for (let n = 0; n < 5; n++) store.get(`a${n}`);
    const young = store.get('young');
    expect(store.get('first')).toBe(first); // among the old, and young again
    for (let n = 0; n < 4; n++) store.get(`b${n}`);
    expect(store.get('young')).toBe(young);
    expect(store.get('first')).toBe(first);
  });

  it('holds no more than it may', async () => {
    const store = new SessionStore(10);
    const given = Array.from({ length: 1_000 }, (_, n) => new WeakRef(store.get(`${n}`)));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await setImmediate(); // until then they are in use
    collect();
    const held = given.filter((each) => each.deref()).length;
    expect([held >= 5, held <= 10]).toEqual([true, true]);
    expect(store.get('999')).toBe(given[999]?.deref());
  });
});

describe('startAgainFrom', () => {
  it('drops a mark that only a token has told of', () => {
    const session = new Session('a');
    session.haveRead(at(9_999n));
    session.startAgainFrom(at(100n));
    expect([session.read, session.written]).toEqual([at(100n), at(100n)]);
  });

  it('keeps what was shown and written while the primary was asked', () => {
    const session = new Session('a');
    session.haveRead(at(9_999n));
    session.haveSettled(at(130n), undefined);
    session.haveSettled(at(120n), undefined);
    session.haveWritten(at(140n));
    session.startAgainFrom(at(100n));
    expect([session.read, session.written]).toEqual([at(130n), at(140n)]);
    session.startAgainFrom(at(150n));
    expect([session.read, session.written]).toEqual([at(150n), at(150n)]);
    session.startAgainFrom(at(50n, 2));
    expect([session.read, session.written]).toEqual([at(50n, 2), at(50n, 2)]);
  });
});

describe('who has shown all of the mark', () => {
  it('is, of equal marks, who came last', () => {
    const session = new Session('a');
    session.haveSettled(at(101n), 'replica-1@a');
    session.haveSettled(at(90n), 'replica-2@a');
    expect(session.readFrom).toBe('replica-1@a');
    session.haveSettled(at(101n), 'replica-2@a');
    expect(session.readFrom).toBe('replica-2@a');
    session.haveRead(at(101n));
    expect(session.readFrom).toBeUndefined();
  });

  it('stays who it was while that shows no more', async () => {
    open = await scripted([{ received: 180n }]);
    const { cluster } = open;
    const session = new Session('a');
    const incarnation = cluster.replicas[0]?.incarnation ?? '';
    for (let read = 0; read < 2; read++) {
      session.haveBeenShown(incarnation, performance.now());
      await settle(session, cluster);
      expect([session.read, session.readFrom]).toEqual([at(101n), incarnation]);
    }
  });

  it('is nobody where a later read has gone back', async () => {
    open = await scripted([{ received: 180n }]);
    const { cluster } = open;
    const session = new Session('a');
    session.haveSettled(at(101n), 'replica-9@a');
    session.haveBeenShown(cluster.replicas[0]?.incarnation ?? '', performance.now());
    await settle(session, cluster);
    expect([session.read, session.readFrom]).toEqual([at(101n), undefined]);
  });
});

describe('what has been shown', () => {
  it('is settled by a look that began after the read, however late one from before is answered', async () => {
    open = await scripted([{}]);
    const { cluster, servers } = open;
    const [server] = servers as [ScriptedServer];
    const [replica] = cluster.replicas as [Replica];
    const answer = Promise.withResolvers<void>();
    server.beforeAnswer = () => answer.promise;
    const early = replica.watch.look(); // asked before the read, answered after it
    while (server.looks < 3) await setImmediate();
    const session = new Session('a');
    server.place.lsn = 150n;
    session.haveBeenShown(replica.incarnation ?? '', performance.now());
    server.beforeAnswer = () => Promise.resolve();
    answer.resolve();
    await early;
    await settle(session, cluster);
    expect(session.read).toEqual(at(150n));
  });

  it('by a stream stays to be settled for as long as it is open', async () => {
    open = await scripted([{}]);
    const { cluster, servers } = open;
    const [server] = servers as [ScriptedServer];
    const incarnation = cluster.replicas[0]?.incarnation ?? '';
    const session = new Session('a');
    const [end, endOther] = [session.beginStream(incarnation), session.beginStream(incarnation)];
    session.haveBeenShown(incarnation, performance.now()); // another read beside it
    endOther();
    await settle(session, cluster);
    expect([session.read, session.shown.get(incarnation)]).toEqual([at(100n), Number.POSITIVE_INFINITY]);
    server.place.lsn = 150n;
    end();
    await settle(session, cluster);
    expect([session.read, session.shown.size]).toEqual([at(150n), 0]);
  });
});

it('marks of timelines that have ended do not pile up: the furthest of each is kept', () => {
  const session = new Session('a');
  session.haveRead(at(10n));
  session.haveRead(at(0n, 9));
  for (let n = 0n; n < 1_000n; n++) session.haveRead(at(20n - (n % 7n), 1));
  session.haveRead(at(5n, 2));
  expect(session.stranded.toSorted((a, b) => a.timeline - b.timeline)).toEqual([at(20n), at(5n, 2)]);
});

it('a scope remembers its latest hundred decisions', () => {
  const scope = scopeAround(new Session('a'), DEFAULT_CONSISTENCY);
  for (let waitedMs = 0; waitedMs < 250; waitedMs++) noteDecision(scope, { target: 'replica-1', reason: 'pinned', waitedMs, stalenessMs: 0 });
  expect([scope.decisions.length, scope.decisions[0]?.waitedMs, scope.decisions.at(-1)?.waitedMs]).toEqual([100, 150, 249]);
});

describe('after a promotion', () => {
  /** A standby that was watched until it became the primary: it had replayed up to 145. */
  async function promoted() {
    const lost: LostHistory[] = [];
    open = await scripted([{}, { lsn: 140n, life: 'second' }], { onHistoryLost: (each) => lost.push(each) });
    const { cluster, primary } = open;
    Object.assign(primary.place, { lsn: 160n, replayed: 145n, timeline: 2, life: 'second' });
    await cluster.primary.look();
    return { cluster, lost };
  }

  it('a mark up to the fork goes on', async () => {
    const { cluster, lost } = await promoted();
    const session = new Session('a');
    session.haveRead(at(145n));
    session.haveWritten(at(120n));
    expect([carryOver(session, cluster), session.read, session.written, lost]).toEqual([true, at(145n, 2), at(120n, 2), []]);
  });

  it('one beyond it is told as lost, and the session is shown no less than what the new primary had', async () => {
    const { cluster, lost } = await promoted();
    const session = new Session('a');
    session.haveRead(at(146n));
    expect([carryOver(session, cluster), session.read, session.written]).toEqual([false, at(160n, 2), undefined]);
    session.haveRead(at(170n, 2));
    session.haveWritten(at(150n));
    session.haveWritten(at(175n, 2));
    expect([carryOver(session, cluster), session.read, session.written]).toEqual([true, at(170n, 2), at(175n, 2)]);
    expect(lost).toEqual([146n, 150n].map((lsn) => ({ sessionId: 'a', mark: at(lsn), timeline: 2 })));
  });

  it('what another server of the new timeline has shown does not hide what is further', async () => {
    const { cluster } = await promoted();
    const session = new Session('a');
    session.haveRead(at(144n));
    session.haveRead(at(110n, 2)); // a standby that follows, and has not yet come to the fork
    session.haveRead(at(145n)); // by a token
    expect([carryOver(session, cluster), session.read, session.stranded]).toEqual([true, at(145n, 2), []]);
  });

  it('reads of which nobody knows how far they went are told as lost', async () => {
    const { cluster, lost } = await promoted();
    const { askedAt = 0, answeredAt = 0 } = cluster.primary.latest ?? {};
    const session = new Session('a');
    session.haveBeenShown('replica-9@gone', answeredAt); // the new primary is known
    await settle(session, cluster);
    expect(lost).toEqual([]);
    session.haveBeenShown('replica-9@gone', askedAt); // the old one was not seen since
    await settle(session, cluster);
    expect(lost).toEqual([{ sessionId: 'a', mark: undefined, timeline: 2 }]);
  });

  it('the old primary’s last place bounds what was read there before it was asked for it, and no later', () => {
    const timelines = new Timelines();
    const place = { received: undefined, replayed: undefined, standby: false, systemId: '7', life: 'first' };
    timelines.promotion({ ...place, askedAt: 10, answeredAt: 20, lsn: 60n, timeline: 1 }, { ...place, askedAt: 30, answeredAt: 40, lsn: 70n, timeline: 2 }, false);
    expect([10, 11, 20].map((time) => timelines.lastBefore(2, time))).toEqual([at(60n), undefined, undefined]);
    expect([39, 40].map((time) => timelines.beganAfter(2, time))).toEqual([true, false]);
  });
});
