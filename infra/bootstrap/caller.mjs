const LOOK_MS = 300;

/**
 * npm tells nobody that it was killed. The scripts in package.json begin with `exec`, so npm is this process's parent, not a
 * shell in between that would keep signals to itself. Whoever starts the bootstrap without npm may go: nothing is watched.
 * @param {() => void} onGone called once when npm is gone
 * @returns {() => void} ends the watch
 */
export function watchCaller(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    onGone();
  }, LOOK_MS);
  return () => clearInterval(look);
}
