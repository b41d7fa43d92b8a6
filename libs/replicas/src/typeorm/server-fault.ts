import { types } from 'node:util';

/** Of PostgreSQL: connection exceptions, shutdown, start-up, recovery conflicts and too many connections. Of Node: the network. */
const SQL_STATES = /^(08...|57P0[1-5]|40001|53300)$/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** What `pg` says without a code. */
const MESSAGES = /Connection terminated|timeout exceeded when trying to connect|Client was closed|not queryable|Query read timeout/i;

/** Whether it is the server's or the network's fault, so that another server may answer the same read. */
export function isServerFault(error: unknown): boolean {
  return types.isNativeError(error) && (SQL_STATES.test(codeOf(error)) || NETWORK.has(codeOf(error)) || MESSAGES.test(error.message));
}

/** A query that stood in the way of the replay: the server is well. */
export function isRecoveryConflict(error: unknown): boolean {
  return codeOf(error) === '40001';
}

/** `query_timeout` of `pg`: nobody waits for the answer any more, and the server knows nothing of that. */
export function isReadTimeout(error: unknown): boolean {
  return types.isNativeError(error) && error.message === 'Query read timeout';
}

/** A standby refuses to lock rows and to write. */
export function needsPrimary(error: unknown): boolean {
  return codeOf(error) === '25006';
}

function codeOf(error: unknown): string {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
