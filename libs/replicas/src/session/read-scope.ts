import { AsyncLocalStorage } from 'node:async_hooks';
import type { ReadConsistencyOptions } from '../levels';
import type { Decision } from '../routing/decision';
import type { Session } from './session';

/** What holds for the reads of one request, or of one `withConsistency`. */
export interface ReadScope extends ReadConsistencyOptions {
  readonly session: Session;
  /** Where its reads went, and why. */
  readonly decisions: Decision[];
}

export const readScope = new AsyncLocalStorage<ReadScope>();
