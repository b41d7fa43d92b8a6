import { watchCaller } from './caller.mjs';

/** Ends the bootstrap with one message and an exit code, without a stack. */
export class Complaint extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Turns the signals that end a program into an AbortSignal, so that what was started is ended with it. */
export class Abort {
  #controller = new AbortController();
  /** @type {[NodeJS.Signals, () => void][]} */
  #listeners = [];
  #unwatch = watchCaller(() => this.#controller.abort(new Complaint('\nStopped: npm is gone.', 143)));

  constructor() {
    for (const [name, exitCode] of /** @type {const} */ ([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]])) {
      const listener = () => this.#controller.abort(new Complaint(`\nStopped (${name}). The next start goes on from here.`, exitCode));
      process.on(name, listener);
      this.#listeners.push([name, listener]);
    }
  }

  get signal() {
    return this.#controller.signal;
  }

  dispose() {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    this.#unwatch();
    // A signal that came at the very end must not be lost between here and the hand-over.
    this.signal.throwIfAborted();
  }
}
