import type { BrokenPromise } from '@madang/lab';

/** @param traceId leads to its timeline, where one is known */
export function broken(what: string, evidence: unknown, traceId?: string | null): BrokenPromise {
  return traceId ? { what, evidence, traceId } : { what, evidence };
}
