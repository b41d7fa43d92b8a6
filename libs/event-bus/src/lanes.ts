/**
 * Runs `step` over all items: in order for items of one key, side by side for others, at most `concurrency` keys at once.
 * Rejects with the first failure, after the lanes that had started have stopped.
 */
export async function inLanes<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  concurrency: number,
  step: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = [...Map.groupBy(items, keyOf).values()];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane && !failed; lane = lanes.shift()) {
      for (const item of lane) {
        if (failed) return;
        try {
          await step(item);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(concurrency, lanes.length) }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
