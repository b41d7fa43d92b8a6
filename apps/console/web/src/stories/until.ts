/**
 * Asks until the answer is the one that is waited for.
 * @throws Error after `forMs`
 */
export async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean, { forMs = 15_000, everyMs = 25 } = {}): Promise<T> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`It did not happen within ${forMs / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
