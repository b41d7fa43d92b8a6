/** Whether the broker has refused a record as too large. Its answer is somewhere inside what KafkaJS throws. */
export function isTooLarge(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('type' in error && error.type === 'MESSAGE_TOO_LARGE') return true;
  return 'cause' in error && isTooLarge(error.cause);
}
