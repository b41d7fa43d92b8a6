const PATIENCE_MS = 10_000;

/**
 * Says what begins, now and then that it still goes on, and how long it took.
 * @template Result
 * @param {string} what
 * @param {() => Promise<Result>} run
 * @param {() => string} [howFar] added to the reminders
 * @returns {Promise<Result>}
 */
export async function step(what, run, howFar) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${what} ...`);
  const reminder = setInterval(() => console.log(`  still: ${what} (${seconds()} s${howFar ? `, ${howFar()}` : ''})`), PATIENCE_MS);
  try {
    const result = await run();
    console.log(`  done: ${what} (${seconds()} s)`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}
