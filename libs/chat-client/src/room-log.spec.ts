import fc from 'fast-check';
import { type AnyHistory, anyHistory, live, type Log } from '../test/any-history';
import { RoomLog } from './room-log';

const change = (seq: number): { seq: number } => ({ seq });
const seqs = (changes: readonly { seq: number }[]): number[] => changes.map(({ seq }) => seq);

describe('the log of a room', () => {
  it('gives out what is next, once, and what had come too early behind it', () => {
    const log = new RoomLog(4);
    expect(seqs(log.receive(change(6)))).toEqual([]);
    expect(log.isBehind).toBe(true);
    expect(seqs(log.receive(change(5)))).toEqual([5, 6]);
    expect(log.isBehind).toBe(false);
    expect(seqs(log.receive(change(5)))).toEqual([]);
    expect(log.lastSeq).toBe(6);
  });

  it('begins where its first tail begins, with what came before that', () => {
    const log = new RoomLog<{ seq: number }>();
    expect(seqs(log.receive(change(9)))).toEqual([]);
    expect(seqs(log.receive(change(3)))).toEqual([]);
    expect(seqs(log.receiveTail({ lastSeq: 8, messages: [change(7), change(8)] }))).toEqual([7, 8, 9]);
  });

  it('begins at the end of a room of which nothing was told', () => {
    const log = new RoomLog<{ seq: number }>();
    expect(seqs(log.receiveTail({ lastSeq: 8, messages: [] }))).toEqual([]);
    expect(log.lastSeq).toBe(8);
  });

  it('knows by a beat alone that the last one was lost', () => {
    const log = new RoomLog(4);
    log.standsAt(5);
    expect(log.isBehind).toBe(true);
  });

  it('keeps a thousand that came too early, and misses none of those beyond', () => {
    const log = new RoomLog<{ seq: number }>(0);
    for (let seq = 5_000; seq > 1; seq -= 1) log.receive(change(seq));
    let given = 0;
    for (let fetches = 0; log.isBehind && fetches < 100; fetches += 1) {
      const after = log.lastSeq ?? 0;
      const messages = Array.from({ length: Math.min(200, 5_000 - after) }, (_, index) => change(after + 1 + index));
      given += log.receiveTail({ lastSeq: 5_000, messages }).length;
    }
    expect([given, log.lastSeq]).toEqual([5_000, 5_000]);
  });
});

describe('whatever is lost, doubled and overtaken', () => {
  const RUNS = 10_000;
  const inOrder = (newLog: (afterSeq: number | undefined) => Log) => (history: AnyHistory) => {
    const { givenOut, expected } = live(newLog(history.afterSeq), history);
    return givenOut.length === expected.length && givenOut.every((seq, index) => seq === expected[index]);
  };

  it(`all changes are given out in order and once (${RUNS} histories)`, () => {
    const { counterexample, numRuns } = fc.check(fc.property(anyHistory, inOrder((afterSeq) => new RoomLog(afterSeq))), { numRuns: RUNS });
    expect({ counterexample, numRuns }).toEqual({ counterexample: null, numRuns: RUNS });
  });

  // Negative controls: each part is needed, or the property would not see what it is for.
  it.each<[lacking: string, newLog: (afterSeq: number | undefined) => Log]>([
    ['to keep what came too early', (afterSeq) => new WithoutBuffer(afterSeq)],
    ['to drop what was given out', (afterSeq) => new WithoutDropping(afterSeq)],
    ['to fetch what is missing', (afterSeq) => new WithoutFetching(afterSeq)],
  ])('(control) a log that forgets %s is found out', (_lacking, newLog) => {
    expect(fc.check(fc.property(anyHistory, inOrder(newLog)), { numRuns: RUNS }).failed).toBe(true);
  });
});

/** Gives out whatever is higher than the last one. */
class WithoutBuffer implements Log {
  lastSeq: number | undefined;
  #knownSeq = 0;

  constructor(afterSeq?: number) {
    this.lastSeq = afterSeq;
  }

  get isBehind(): boolean {
    return (this.lastSeq ?? 0) < this.#knownSeq;
  }

  receive(received: { seq: number }): { seq: number }[] {
    if (received.seq <= (this.lastSeq ?? 0)) return [];
    this.lastSeq = received.seq;
    return [received];
  }

  receiveTail({ lastSeq, messages }: { lastSeq: number; messages: readonly { seq: number }[] }): { seq: number }[] {
    this.lastSeq ??= (messages[0]?.seq ?? lastSeq + 1) - 1;
    return messages.flatMap((each) => this.receive(each));
  }

  standsAt(seq: number): void {
    this.#knownSeq = seq;
  }
}

class WithoutDropping extends RoomLog<{ seq: number }> {
  override receive(received: { seq: number }): { seq: number }[] {
    return received.seq <= (this.lastSeq ?? 0) ? [received] : super.receive(received);
  }
}

class WithoutFetching extends RoomLog<{ seq: number }> {
  override get isBehind(): boolean {
    return false;
  }
}
