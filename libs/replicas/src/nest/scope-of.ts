import type { ReadLevel } from '../levels';
import type { ReadScope } from '../session/read-scope';
import type { Session } from '../session/session';
import type { ReplicaRouter } from '../typeorm/replica-router';

/** A scope around a session that need not be one of those that the router keeps. */
export function scopeOf({ defaults }: ReplicaRouter, session: Session, level: ReadLevel = defaults.level): ReadScope {
  return { ...defaults, level, session, decisions: [], transactions: new Set() };
}
