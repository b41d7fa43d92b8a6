import { mostShown, type Sample } from '../src/replica/sample';
import { Timelines } from '../src/replica/timelines';
import { Session } from '../src/session/session';

const sample = (of: Partial<Sample>): Sample => ({ askedAt: 0, answeredAt: 0, lsn: 100n, received: undefined, replayed: undefined, timeline: 1, standby: true, systemId: '1', life: 'a', ...of });

it('what a standby has shown ends where it has replayed only if nothing is left to replay', () => {
  expect(mostShown(sample({ received: 100n }))).toBe(100n);
  expect(mostShown(sample({ received: 180n }))).toBe(101n); // whoever is beyond 100 has the next record
  expect(mostShown(sample({ received: 90n }))).toBeUndefined(); // it replays from its disk
  expect(mostShown(sample({}))).toBeUndefined();
  expect(mostShown(sample({ standby: false }))).toBe(100n);
});

describe('a write whose place nobody has told', () => {
  it('is still to be placed for whoever asks while another one is asking', async () => {
    const session = new Session('a');
    session.beginWrite()();
    const answer = Promise.withResolvers<{ timeline: number; lsn: bigint }>();
    const first = session.placeWrites(() => answer.promise);
    let asked = false;
    await session.placeWrites(() => ((asked = true), Promise.resolve({ timeline: 1, lsn: 7n })));
    expect([asked, session.written]).toEqual([true, { timeline: 1, lsn: 7n }]);
    answer.resolve({ timeline: 1, lsn: 6n });
    await first;
    expect(session.written?.lsn).toBe(7n);
  });

  it('that ends while the primary is asked is asked for again', async () => {
    const session = new Session('a');
    const end = session.beginWrite();
    await session.placeWrites(async () => (end(), { timeline: 1, lsn: 7n }));
    await session.placeWrites(() => Promise.resolve({ timeline: 1, lsn: 9n }));
    expect(session.written?.lsn).toBe(9n);
    await session.placeWrites(() => Promise.reject(new Error('asked once too often')));
  });
});

it('a mark of an older timeline is kept until it is known whether it survived', () => {
  const session = new Session('a');
  session.haveWritten({ timeline: 1, lsn: 50n });
  session.haveWritten({ timeline: 2, lsn: 40n });
  expect([session.written, session.stranded]).toEqual([{ timeline: 2, lsn: 40n }, [{ timeline: 1, lsn: 50n }]]);
});

it('up to the fork both timelines have the same, beyond it nothing is carried over', () => {
  const timelines = new Timelines();
  timelines.promotion(sample({ standby: false, lsn: 60n }), sample({ standby: false, timeline: 2, replayed: 45n }), true);
  expect(timelines.carriedOver({ timeline: 1, lsn: 45n }, 2)).toEqual({ timeline: 2, lsn: 45n });
  expect(timelines.carriedOver({ timeline: 1, lsn: 46n }, 2)).toBeUndefined();
  const unseen = new Timelines();
  unseen.promotion(sample({ standby: false }), sample({ standby: false, timeline: 2, replayed: 45n }), false);
  expect(unseen.carriedOver({ timeline: 1, lsn: 1n }, 2)).toBeUndefined();
});
