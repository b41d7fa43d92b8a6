import { LeaseStoreTimeoutError } from './lease.errors';

/** The answer, or a time-out when it is late; whoever wants the late answer keeps the promise. */
export async function within<T>(answer: Promise<T>, operation: 'acquire' | 'renew' | 'release', timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LeaseStoreTimeoutError(operation, timeoutMs)), timeoutMs);
    // A renewal alone keeps no process alive; what somebody awaits does.
    if (operation === 'renew') timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
