export interface Load {
  readonly callsPerSecond: number;
  /** Of each call, in milliseconds. */
  readonly took: readonly number[];
}

/** So many clients at a time, each with its next call at once after the last. */
export async function load(clients: readonly (() => Promise<unknown>)[], ms: number): Promise<Load> {
  const start = performance.now();
  const end = start + ms;
  const took: number[] = [];
  const run = async (call: () => Promise<unknown>): Promise<void> => {
    for (let before = start; before < end; ) {
      await call();
      const after = performance.now();
      took.push(after - before);
      before = after;
    }
  };
  await Promise.all(clients.map(run));
  return { callsPerSecond: (took.length * 1_000) / (performance.now() - start), took };
}
