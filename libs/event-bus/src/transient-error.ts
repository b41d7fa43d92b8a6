const NETWORK = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN',
]);

/**
 * SQLSTATE classes and codes that say "not now" instead of "not so": connection lost (08), out of resources (53), query
 * cancelled by its time-out (57014), shutting down or starting (57P01-03), read-only after a failover (25006),
 * serialisation failure, deadlock, lock not available.
 */
const SQLSTATE = /^(08...|53...|57014|57P0[1235]|25006|40001|40P01|55P03)$/;

/**
 * What drivers throw without a code when a connection gives way under a query or a transaction. And what to KafkaJS is the end: a broker that stops or starts has
 * no coordinator for a moment, one that is frozen connects and then says nothing.
 */
const NAME = /^(QueryRunner(Provider)?AlreadyReleasedError|KafkaJSGroupCoordinatorNotFound)$/;
const MESSAGE =
  /^(Broker not connected$|Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error)/;

/**
 * Whether a dependency is away, so that the same call will succeed later without anybody changing anything. Told by shape,
 * not by class: errors cross libraries, and realms. A host name that does not exist is a mistake, not an absence.
 */
export function isTransientError(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, name, message, retriable, cause, driverError, errors } = error as Record<string, unknown>;
  if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATE.test(code))) return true;
  if (typeof name === 'string' && (NAME.test(name) || (name.startsWith('KafkaJS') && retriable === true))) return true;
  if (typeof message === 'string' && MESSAGE.test(message)) return true;
  const inner: unknown[] = [cause, driverError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return inner.some((one) => isTransientError(one, depth + 1));
}
