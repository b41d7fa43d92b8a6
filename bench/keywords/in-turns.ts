const WARM_UP_ROUNDS = 3;
const TURN_MS = 60;

export interface Candidate {
  readonly name: string;
  readonly count: (message: string) => number;
}

/**
 * Messages a second in each round, of this thread's own CPU time; all take turns within a round, so that whatever slows the machine down slows all.
 * Each turn goes on in the messages where the candidate's last one ended.
 */
export function inTurns(candidates: readonly Candidate[], messages: readonly string[], rounds: number): Map<string, number[]> {
  const rates = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  const turns = candidates.map((candidate) => turnOf(candidate, messages));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    candidates.forEach(({ name }, index) => {
      const rate = turns[index]?.() ?? NaN;
      if (round >= 0) rates.get(name)?.push(rate);
    });
  }
  return rates;
}

function turnOf({ count }: Candidate, messages: readonly string[]): () => number {
  let at = 0;
  let batch = 1;
  const run = (size: number): number => {
    const start = process.threadCpuUsage();
    let found = 0;
    for (let i = 0; i < size; i++) {
      found += count(messages[at] ?? '');
      at = (at + 1) % messages.length;
    }
    const { user, system } = process.threadCpuUsage(start);
    if (Number.isNaN(found)) throw new Error('Not a number of occurrences.');
    return (user + system) / 1e3;
  };
  for (let ms = 0; ms < TURN_MS; batch *= 2) ms = run(batch);
  return () => batch / (run(batch) / 1e3);
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Median over the rounds of one's rate divided by the other's. */
export function ratio(rates: ReadonlyMap<string, readonly number[]>, name: string, to: string): number {
  const others = rates.get(to) ?? [];
  return median((rates.get(name) ?? []).map((rate, round) => rate / (others[round] ?? NaN)));
}
