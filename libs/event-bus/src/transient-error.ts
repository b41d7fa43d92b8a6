const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * SQLSTATE classes and codes that say "not now" instead of "not so": connection lost (08), out of resources (53), shutting
 * down or starting (57P0x), read-only after a failover (25006), serialisation failure, deadlock, lock not available.
 */
const SQLSTATE = /^(08...|53...|57P0[1-5]|25006|40001|40P01|55P03)$/;

/** What the drivers throw without a code when a connection or a pool gives way. */
const MESSAGE = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether a dependency is away, so that the same call will succeed later without anybody changing anything. */
export function isTransientError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && (NETWORK.has(error.code) || SQLSTATE.test(error.code))) return true;
  if (error.name.startsWith('KafkaJS') && 'retriable' in error && error.retriable === true) return true;
  return MESSAGE.test(error.message) || isTransientError(error.cause);
}
