import { ConnectionLostError } from './connection-lost.error';

/** Of the network: the server is away, or its name cannot be resolved for now. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the server's Unix socket while it restarts
]);

/** Classes of SQLSTATE: 08 connection exception, 53 insufficient resources, 57P operator intervention. */
const SQLSTATE_CLASS = /^(08...|53...|57P0[1-5])$/;

/** What `pg` says, without a code, when a connection ends or does not come up. */
const PG_MESSAGE = /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error)/;

/** True where connecting again may help; anything else halts the reader. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return true;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isTransient);
  if (!(error instanceof Error)) return false;
  const code = errorCode(error);
  if (code !== undefined) return SYSTEM_CODES.has(code) || SQLSTATE_CLASS.test(code);
  return PG_MESSAGE.test(error.message);
}

/** The slot is read by another connection: SQLSTATE 55006, object in use. */
export function isSlotInUse(error: unknown): boolean {
  return error instanceof Error && errorCode(error) === '55006';
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
