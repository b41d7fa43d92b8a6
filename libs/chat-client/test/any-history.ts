import fc from 'fast-check';

/** What can befall a client of a room: the network delivers the room's changes late, twice, in any order, or never. */
export type Step =
  | { readonly kind: 'post' }
  /** One of the changes that there are arrives. */
  | { readonly kind: 'deliver'; readonly which: number }
  /** The client asks for what follows its last one; the server answers at once, but the answer is on its way. */
  | { readonly kind: 'ask' }
  /** One of the answers that are on their way arrives. */
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'beat' };

const which = fc.nat(1_000);

export const anyHistory = fc.record({
  /** Undefined: it begins with the last ones. */
  afterSeq: fc.option(fc.nat(5), { nil: undefined }),
  /** Changes in one answer. */
  page: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Step>({ kind: 'post' }) },
      { weight: 5, arbitrary: fc.record<Step & { kind: 'deliver' }>({ kind: fc.constant('deliver'), which }) },
      { weight: 2, arbitrary: fc.constant<Step>({ kind: 'ask' }) },
      { weight: 2, arbitrary: fc.record<Step & { kind: 'answer' }>({ kind: fc.constant('answer'), which }) },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'beat' }) },
    ),
    { maxLength: 40 },
  ),
});

export type AnyHistory = typeof anyHistory extends fc.Arbitrary<infer History> ? History : never;

interface Change {
  readonly seq: number;
}

interface Tail {
  readonly lastSeq: number;
  readonly messages: readonly Change[];
}

/** What is put to the test: `RoomLog`, and those that lack a part of it. */
export interface Log {
  readonly lastSeq: number | undefined;
  readonly isBehind: boolean;
  receive(change: Change): Change[];
  receiveTail(tail: Tail): Change[];
  standsAt(seq: number): void;
}

/** Lives through a history and what brings it to its end: a last beat, then fetches for as long as something is missing. @returns the numbers that were given out, and those that should have been */
export function live(log: Log, { afterSeq = 0, page, steps }: AnyHistory): { givenOut: number[]; expected: number[] } {
  let lastSeq = afterSeq; // a client cannot have more than there is
  let first = log.lastSeq === undefined ? undefined : log.lastSeq + 1;
  const givenOut: number[] = [];
  const onTheWay: Tail[] = [];
  const take = (changes: Change[]): void => {
    givenOut.push(...changes.map(({ seq }) => seq));
  };
  const read = (): Tail => {
    const after = log.lastSeq ?? Math.max(0, lastSeq - page);
    return { lastSeq, messages: numbers(after + 1, Math.min(lastSeq, after + page)).map((seq) => ({ seq })) };
  };
  const arrive = (tail: Tail): void => {
    const began = log.lastSeq !== undefined;
    take(log.receiveTail(tail));
    if (!began) first = tail.messages[0]?.seq ?? tail.lastSeq + 1;
  };
  for (const step of steps) {
    switch (step.kind) {
      case 'post':
        lastSeq += 1;
        break;
      case 'deliver':
        if (lastSeq > 0) take(log.receive({ seq: 1 + (step.which % lastSeq) }));
        break;
      case 'ask':
        onTheWay.push(read());
        break;
      case 'answer': {
        const [tail] = onTheWay.splice(step.which % Math.max(1, onTheWay.length), 1);
        if (tail) arrive(tail);
        break;
      }
      case 'beat':
        log.standsAt(lastSeq);
        break;
    }
  }
  log.standsAt(lastSeq);
  for (let fetches = 0; (log.lastSeq === undefined || log.isBehind) && fetches <= lastSeq; fetches += 1) arrive(read());
  return { givenOut, expected: numbers(first ?? lastSeq + 1, lastSeq) };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
