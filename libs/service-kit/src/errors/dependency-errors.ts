/** PostgreSQL error classes and codes (appendix A of its manual) that say "not now" rather than "never". */
const UNAVAILABLE_SQLSTATE = /^(08\w{3}|53\w{3}|57P0[1-5]|57014|25006|58030)$/;
/** Serialization failure and deadlock: the transaction was fine, its timing was not. */
const RETRY_SQLSTATE = /^(40001|40P01|55P03)$/;
/** A value that PostgreSQL cannot store, such as a NUL in a text. Validation should have caught it. */
const REFUSED_VALUE_SQLSTATE = /^(22021|22P05|22P02|22003|22001|22007|22008)$/;

const NETWORK_CODE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_(CONNECT_TIMEOUT|SOCKET|HEADERS_TIMEOUT))$/;
const CLIENT_NAME =
  /^(KafkaJS(ConnectionError|ConnectionClosedError|RequestTimeoutError|NumberOfRetriesExceeded|BrokerNotFound|MetadataNotLoaded|LockTimeout|GroupCoordinatorNotFound)|MaxRetriesPerRequestError|CannotExecuteNotConnectedError|QueryRunner(Provider)?AlreadyReleasedError)$/;
/** `pg` throws plain errors for these. */
const CLIENT_MESSAGE =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|Query read timeout|Cannot use a pool after calling end|Driver not Connected|Connection is closed)/;

/** What the failure of a dependency means for the request. */
export type DependencyFault = 'unavailable' | 'retry' | 'refused-value';

/**
 * Recognises the failures of PostgreSQL, Kafka, Redis and the network, however deep a library wrapped them; undefined
 * for anything else.
 */
export function dependencyFault(error: unknown): DependencyFault | undefined {
  for (const link of chain(error)) {
    const code = typeof link['code'] === 'string' ? link['code'] : '';
    if (RETRY_SQLSTATE.test(code)) return 'retry';
    if (REFUSED_VALUE_SQLSTATE.test(code)) return 'refused-value';
    if (UNAVAILABLE_SQLSTATE.test(code) || NETWORK_CODE.test(code)) return 'unavailable';
    if (CLIENT_NAME.test(String(link['name'])) || CLIENT_MESSAGE.test(String(link['message']))) return 'unavailable';
  }
  return undefined;
}

/** The error and what it wraps (`cause`, TypeORM's `driverError`, the parts of an AggregateError), each once. */
function* chain(error: unknown): Generator<Record<string, unknown>> {
  const queue: unknown[] = [error];
  const seen = new Set<unknown>();
  for (let link = queue.shift(); queue.length > 0 || link !== undefined; link = queue.shift()) {
    if (typeof link !== 'object' || link === null || seen.has(link)) continue;
    seen.add(link);
    const record = link as Record<string, unknown>;
    yield record;
    queue.push(record['driverError'], record['cause']);
    if (Array.isArray(record['errors'])) queue.push(...(record['errors'] as unknown[]));
  }
}
