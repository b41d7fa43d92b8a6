/**
 * Ends the process with the error, past every handler: its supervisor starts a new one. To go on without a consumer would
 * be to halt in silence.
 */
export function endProcess(error: Error): void {
  process.nextTick(() => {
    throw error;
  });
}
