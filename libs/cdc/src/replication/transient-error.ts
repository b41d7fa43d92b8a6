import { ConnectionLostError } from './connection-lost.error';
import { NoPrimaryError } from './no-primary.error';

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
const PG_MESSAGE =
  /^(Connection terminated|timeout expired|Query read timeout|Client (was closed|has encountered a connection error))/;

/** True where connecting again may help; anything else halts the reader. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLostError || error instanceof NoPrimaryError) return true;
  const { code, errors, message } = partsOf(error);
  // One error for each address of the host's name.
  if (errors !== undefined) return errors.length > 0 && errors.every(isTransient);
  if (code !== undefined) return SYSTEM_CODES.has(code) || SQLSTATE_CLASS.test(code);
  return PG_MESSAGE.test(message);
}

/** The slot is read by another connection: SQLSTATE 55006, object in use. */
export function isSlotInUse(error: unknown): boolean {
  return partsOf(error).code === '55006';
}

/** A slot, or a publication, is not there: SQLSTATE 42704. */
export function isUndefinedObject(error: unknown): boolean {
  return partsOf(error).code === '42704';
}

/** By shape, not by class: errors of the runtime are of another class where code runs in a context of its own (jest). */
function partsOf(error: unknown): { code?: string; errors?: unknown[]; message: string } {
  if (typeof error !== 'object' || error === null) return { message: '' };
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('errors' in error && Array.isArray(error.errors) ? { errors: error.errors } : {}),
    message: 'message' in error ? String(error.message) : '',
  };
}
