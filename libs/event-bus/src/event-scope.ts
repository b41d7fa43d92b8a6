import type { DomainEvent } from './domain-event';

/**
 * Runs what handles events in a scope of its own: what it opens is there for the handler's reads. The bus knows no more of it; a router of
 * reads, for example, lets them find what the events' `consistencyToken` speaks of.
 */
export interface EventScope {
  /** @param events the only one, or those of a batch */
  run<T>(events: readonly DomainEvent[], work: () => Promise<T>): Promise<T>;
}
