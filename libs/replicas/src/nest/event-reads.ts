import { Injectable } from '@nestjs/common';
import { readScope, type ReadScope, scopeAround } from '../session/read-scope';
import { Session } from '../session/session';
import { acceptToken } from '../token/carry-token';
import { ConsistencyTokens } from '../token/consistency-tokens';
import { InvalidTokenError } from '../token/invalid-token.error';
import { ReplicaRouter } from '../typeorm/replica-router';

/** As much of an event as is needed here. */
export interface TokenCarrier {
  /** What it is about: events of one subject read from one replica. */
  readonly aggregateId: string;
  readonly consistencyToken?: string;
}

/**
 * Whoever reacts to an event finds what the event speaks of. What comes without a token, or with one that does not hold, says nothing about
 * when it happened: its reads go to the primary.
 */
@Injectable()
export class EventReads {
  constructor(
    private readonly router: ReplicaRouter,
    private readonly tokens: ConsistencyTokens,
  ) {}

  /** @param events those of a batch, whose tokens are merged */
  run<T>(events: readonly TokenCarrier[], work: () => Promise<T>): Promise<T> {
    return readScope.run(this.#scopeOf(events), work);
  }

  #scopeOf(events: readonly TokenCarrier[]): ReadScope {
    const session = new Session(`event:${events[0]?.aggregateId ?? ''}`);
    try {
      for (const { consistencyToken } of events) acceptToken(session, this.tokens.verify(consistencyToken ?? ''), this.router.cluster);
      return scopeAround(session, { ...this.router.defaults, level: 'session' });
    } catch (error) {
      if (!(error instanceof InvalidTokenError)) throw error;
      return scopeAround(session, { ...this.router.defaults, level: 'strong' });
    }
  }
}
