import type { DomainEvent } from '@madang/event-bus';
import { type MemberPayload, postHidden } from '@madang/events';
import { Inbox, Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

// Waits for posts that are being published (they hold the row FOR SHARE), and turns later ones away. Sorted, so that two
// batches that share authors cannot wait for each other in a circle.
const MARK_WITHDRAWN = `
  INSERT INTO author (id, withdrawn_at)
  SELECT DISTINCT id, now() FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (id) DO UPDATE SET withdrawn_at = COALESCE(author.withdrawn_at, now())`;

// Those that are hidden already stay as they are.
const HIDE_POSTS = `
  UPDATE post SET title = NULL, body = NULL, hidden_at = now(), version = version + 1
  WHERE author_id = ANY($1::uuid[]) AND hidden_at IS NULL
  RETURNING id, version, author_id AS "authorId"`;

/** A member may have any number of posts: their events are written in statements of a bounded size. */
const EVENTS_A_STATEMENT = 1_000;

export interface HiddenPost {
  readonly id: string;
  readonly version: number;
  readonly authorId: string;
}

/** The board's answer to withdrawals: none of the members' posts is visible from then on, and their words are gone. */
@Injectable()
export class HideWithdrawnAuthorService {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
  ) {}

  /** All in one transaction. @returns how many of the events have not taken effect before */
  async hide(events: readonly DomainEvent<MemberPayload>[]): Promise<number> {
    const applied = await this.inbox.applyBatch(events, (fresh, manager) => this.takeEffect(fresh.map(({ payload }) => payload.memberId), fresh, manager));
    return applied.length;
  }

  protected async takeEffect(authorIds: readonly string[], causes: readonly DomainEvent<MemberPayload>[], manager: EntityManager): Promise<void> {
    await manager.query(MARK_WITHDRAWN, [authorIds]);
    await this.tell(await this.hidePosts(authorIds, manager), causes, manager);
  }

  protected async hidePosts(authorIds: readonly string[], manager: EntityManager): Promise<readonly HiddenPost[]> {
    const [hidden]: [HiddenPost[], number] = await manager.query(HIDE_POSTS, [authorIds]);
    return hidden;
  }

  private async tell(hidden: readonly HiddenPost[], causes: readonly DomainEvent<MemberPayload>[], manager: EntityManager): Promise<void> {
    // Each goes on in the trace of its own withdrawal; that of a single one is active, and nearer.
    const traceparents = new Map(causes.length > 1 ? causes.map(({ payload, traceparent }) => [payload.memberId, traceparent]) : []);
    for (let from = 0; from < hidden.length; from += EVENTS_A_STATEMENT) {
      const messages = hidden.slice(from, from + EVENTS_A_STATEMENT).map(({ id, version, authorId }) =>
        postHidden.occurred({
          aggregateId: id,
          aggregateVersion: version,
          payload: { postId: id, authorId, reason: 'author-withdrawn' },
          traceparent: traceparents.get(authorId),
        }),
      );
      await this.outbox.publish(manager, ...messages);
    }
  }
}
