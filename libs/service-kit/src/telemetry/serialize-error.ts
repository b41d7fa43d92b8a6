/**
 * An error for the log: only the fields named here. Database errors carry the statement's parameters and the offending
 * row (`parameters`, `detail`), which are personal data.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (typeof error === 'string') return { message: error };
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no Error was thrown' };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth < 4 ? { cause: serializeError(error.cause, depth + 1) } : {};
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
