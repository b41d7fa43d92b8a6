/** `onTimeout: fail`, or nothing at all can be read: no server is far enough in time. */
export class ReadTimeoutError extends Error {
  readonly code = 'REPLICAS_READ_TIMEOUT';
  /** As Nest and Fastify take it: the same request may succeed shortly. */
  readonly statusCode = 503;

  constructor(level: string, waitedMs: number) {
    super(`No server could be read at the level "${level}" within ${Math.round(waitedMs)} ms. Try again, allow more time (timeoutMs), or say what to read instead (onTimeout).`);
    this.name = 'ReadTimeoutError';
  }
}

/** More reads fell back to the primary than are allowed: they would take it down with the replicas. */
export class PrimaryFallbackLimitError extends Error {
  readonly code = 'REPLICAS_PRIMARY_FALLBACK_LIMIT';
  /** As Nest and Fastify take it: the same request may succeed shortly. */
  readonly statusCode = 503;

  constructor(perSecond: number) {
    super(`More than ${perSecond} reads a second would fall back to the primary. Try again; look at why the replicas are out or behind, or raise primaryFallbacksPerSecond.`);
    this.name = 'PrimaryFallbackLimitError';
  }
}
