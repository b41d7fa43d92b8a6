import type { Answer } from '../../platform-client.ts';

/**
 * `ok`: acknowledged. `fail`: refused for good (4xx), so it must not have happened. `unknown`: no answer, or 503: a connection
 * that breaks under a COMMIT tells nobody what became of it.
 */
export type Outcome = 'ok' | 'fail' | 'unknown';

interface Answered {
  readonly outcome: Outcome;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** ms since 1970 */
  readonly invokedAt: number;
  readonly completedAt: number;
}

export interface Registration extends Answered {
  readonly kind: 'register';
  readonly email: string;
  readonly memberId: string | undefined;
}

export interface Publication extends Answered {
  readonly kind: 'post';
  readonly memberId: string;
  /** Of this post alone: by it an unanswered one is found again. */
  readonly title: string;
  readonly postId: string | undefined;
}

export interface Edit extends Answered {
  readonly kind: 'edit';
  readonly memberId: string;
  readonly postId: string;
  /** Of this edit alone. */
  readonly title: string;
}

export interface Withdrawal extends Answered {
  readonly kind: 'withdraw';
  readonly memberId: string;
}

export type Operation = Registration | Publication | Edit | Withdrawal;

/** A transaction that wrote state and events and was rolled back on purpose. */
export interface RolledBack {
  readonly database: string;
  readonly eventIds: readonly string[];
}

/** What the clients did and what they were told, in the order of the answers. */
export class History {
  readonly operations: Operation[] = [];
  readonly rolledBack: RolledBack[] = [];

  count(outcome: Outcome): number {
    return this.operations.filter((operation) => operation.outcome === outcome).length;
  }
}

/** Times a call and judges its answer; never rejects. */
export async function observe<T>(call: () => Promise<Answer<T>>): Promise<Answered & { readonly body: T | undefined }> {
  const invokedAt = Date.now();
  const { status, body } = await call().catch(() => ({ status: 0, body: undefined }));
  return { outcome: outcomeOf(status), status, invokedAt, completedAt: Date.now(), body };
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return 'ok';
  return status >= 400 && status < 500 ? 'fail' : 'unknown';
}
