import { AsyncLocalStorage } from 'node:async_hooks';
import type { ReadConsistencyOptions } from '../levels';
import type { Decision } from '../routing/decision';
import type { Session } from './session';

/** A scope may live as long as its process. */
const KEPT_DECISIONS = 100;

/** What holds for the reads of one request, or of one `withConsistency`. */
export interface ReadScope extends ReadConsistencyOptions {
  readonly session: Session;
  /** Where its reads went, and why: the latest hundred. */
  readonly decisions: Decision[];
  /** Connections to the primary with a transaction under way: until it ends, all reads go there. */
  readonly transactions: Set<object>;
  /** On the primary too, nothing but reads. */
  readonly readOnly?: boolean;
}

export const readScope = new AsyncLocalStorage<ReadScope>();

export function noteDecision({ decisions }: ReadScope, decision: Decision): void {
  decisions.push(decision);
  if (decisions.length > KEPT_DECISIONS) decisions.shift();
}

/** Within another scope the transactions are that one's too: pass them on. */
export function scopeAround(session: Session, { level, timeoutMs, onTimeout }: ReadConsistencyOptions, transactions: ReadScope['transactions'] = new Set()): ReadScope {
  return { level, timeoutMs, onTimeout, session, decisions: [], transactions };
}
