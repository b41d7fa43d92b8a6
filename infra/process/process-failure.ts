/** A process that did not come up, with what is needed to find out why. */
export class ProcessFailure extends Error {
  override readonly name: string = 'ProcessFailure';
  readonly process: string;
  readonly logPath: string;
  readonly logTail: readonly string[];

  constructor(process: string, reason: string, log: { path: string; tail: readonly string[] }, cause?: unknown) {
    const tail = log.tail.map((line) => `    ${line}`).join('\n');
    super(`${process}: ${reason}${tail ? `\n  Its last log lines:\n${tail}` : ''}\n  Log: ${log.path}`, { cause });
    this.process = process;
    this.logPath = log.path;
    this.logTail = log.tail;
  }
}
