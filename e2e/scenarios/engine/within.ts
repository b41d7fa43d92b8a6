/** What takes longer, or is broken off, is given up. @throws Error that names it */
export async function within<T>(work: Promise<T>, ms: number, what: string, signal?: AbortSignal): Promise<T> {
  const end = new AbortController();
  const over = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} has taken longer than ${ms / 1_000} s`)), ms);
    const breakOff = (): void => reject(new Error('broken off'));
    if (signal?.aborted) breakOff();
    signal?.addEventListener('abort', breakOff, { once: true });
    end.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', breakOff);
    });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    end.abort();
  }
}
