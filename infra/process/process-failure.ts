/** A process that did not come up, with what is needed to find out why. */
export class ProcessFailure extends Error {
  override readonly name: string = 'ProcessFailure';
  readonly process: string;
  readonly reason: string;
  readonly logPath: string;
  readonly logTail: readonly string[];
  /** It ended by itself, rather than never becoming healthy. */
  readonly ended: boolean;

  constructor(process: string, reason: string, ended: boolean, log: { path: string; tail: readonly string[] }, cause?: unknown) {
    const tail = log.tail.map((line) => `    ${line}`).join('\n');
    super(`${process}: ${reason}${tail ? `\n  Its last log lines:\n${tail}` : ''}\n  Log: ${log.path}`, { cause });
    this.process = process;
    this.reason = reason;
    this.ended = ended;
    this.logPath = log.path;
    this.logTail = log.tail;
  }
}
