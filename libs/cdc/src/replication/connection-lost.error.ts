/** The replication connection has ended; the reader connects again. */
export class ConnectionLostError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`The replication connection is lost: ${reason}`, { cause });
    this.name = 'ConnectionLostError';
  }
}
