/** Something the person at the keyboard can mend: shown as its message alone, without a stack, and ends with exit code 1. */
export class UserFacingError extends Error {
  override readonly name: string = 'UserFacingError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
