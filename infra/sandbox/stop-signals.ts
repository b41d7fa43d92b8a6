/** One Ctrl-C may arrive twice: the terminal sends it to the whole group, and npm passes it on. */
const SAME_KEYSTROKE_MS = 500;
const PARENT_LOOK_MS = 1_000;

/** Whatever says that the runner shall end: a signal, or the death of the process that started it (a killed npm, say). */
export class StopSignals {
  /** The first one. */
  received: string | undefined;
  #at = 0;

  listen({ onFirst, onSecond }: { onFirst: (why: string) => void; onSecond: () => void }): void {
    const receive = (why: string): void => {
      const now = Date.now();
      if (this.received === undefined) {
        this.received = why;
        this.#at = now;
        onFirst(why);
      } else if (now - this.#at > SAME_KEYSTROKE_MS) {
        onSecond();
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => receive(signal));
    // Only a bootstrap that waits for us is watched; whoever starts this file by hand may go.
    if (process.env['MADANG_BOOTSTRAP_PID'] !== String(process.ppid)) return;
    const parent = process.ppid;
    const look = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(look);
      receive('The process that started this one is gone');
    }, PARENT_LOOK_MS);
    look.unref();
  }
}
