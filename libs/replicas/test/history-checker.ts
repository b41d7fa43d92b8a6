/** What one session did to a counter that only grows, when it began and when it ended. */
export interface Operation {
  readonly session: string;
  readonly kind: 'read' | 'write';
  readonly counter: number;
  /** Read, or left by the write. */
  readonly value: number;
  readonly beganAt: number;
  readonly endedAt: number;
}

export interface Violation {
  readonly guarantee: 'monotonic reads' | 'read your writes';
  readonly before: Operation;
  readonly read: Operation;
}

/**
 * Terry et al., "Session guarantees for weakly consistent replicated data" (1994): each read of a session shows at least what that session's earlier reads have
 * shown, and its earlier writes have left. Earlier means ended before it began: what overlaps is in no order.
 */
export function violationsIn(history: readonly Operation[]): Violation[] {
  const violations: Violation[] = [];
  for (const ofOne of Map.groupBy(history, ({ session, counter }) => `${session} ${counter}`).values()) {
    const byEnd = ofOne.toSorted((a, b) => a.endedAt - b.endedAt);
    const reads = ofOne.filter(({ kind }) => kind === 'read').toSorted((a, b) => a.beganAt - b.beganAt);
    const highest: Record<Operation['kind'], Operation | undefined> = { read: undefined, write: undefined };
    let next = 0;
    for (const read of reads) {
      for (let ended = byEnd[next]; ended && ended.endedAt < read.beganAt; ended = byEnd[++next]) {
        if (ended.value > (highest[ended.kind]?.value ?? Number.NEGATIVE_INFINITY)) highest[ended.kind] = ended;
      }
      if (highest.read && highest.read.value > read.value) violations.push({ guarantee: 'monotonic reads', before: highest.read, read });
      if (highest.write && highest.write.value > read.value) violations.push({ guarantee: 'read your writes', before: highest.write, read });
    }
  }
  return violations;
}
