/** Looks at the end of each partition that are remembered: ten minutes, at one a second. */
const MOST = 600;

interface End {
  readonly at: number;
  readonly end: bigint;
}

/** Where partitions ended when, by which a lag in messages becomes one in seconds. */
export class EndHistory {
  private readonly ends = new Map<string, End[]>();

  add(at: number, partitions: readonly { readonly topic: string; readonly partition: number; readonly end: bigint }[]): void {
    for (const { topic, partition, end } of partitions) {
      const name = `${topic}[${partition}]`;
      const known = this.ends.get(name) ?? [];
      this.ends.set(name, known);
      // One that has not grown needs no second entry.
      if (known.at(-1)?.end !== end) known.push({ at, end });
      if (known.length > MOST) known.shift();
    }
  }

  /** When the partition first was seen to reach beyond an offset, in ms since 1970; null if that was before anybody looked. */
  passedAt(topic: string, partition: number, offset: bigint): number | null {
    const known = this.ends.get(`${topic}[${partition}]`) ?? [];
    const index = known.findIndex(({ end }) => end > offset);
    return index > 0 ? (known[index]?.at ?? null) : null;
  }
}
