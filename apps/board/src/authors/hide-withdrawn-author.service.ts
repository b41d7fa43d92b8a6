import type { DomainEvent } from '@madang/event-bus';
import { type MemberPayload, postHidden } from '@madang/events';
import { Inbox, type InboxOutcome, Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';

// Waits for posts that are being published (they hold the row FOR SHARE), and turns later ones away.
const MARK_WITHDRAWN = `
  INSERT INTO author (id, withdrawn_at) VALUES ($1, now())
  ON CONFLICT (id) DO UPDATE SET withdrawn_at = COALESCE(author.withdrawn_at, now())`;

const HIDE_POSTS = `
  UPDATE post SET title = NULL, body = NULL, hidden_at = now(), version = version + 1
  WHERE author_id = $1 AND hidden_at IS NULL
  RETURNING id, version`;

/** The board's answer to a withdrawal: none of the member's posts is visible from then on, and their words are gone. */
@Injectable()
export class HideWithdrawnAuthorService {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
  ) {}

  async hide({ id, payload: { memberId } }: DomainEvent<MemberPayload>): Promise<InboxOutcome> {
    return this.inbox.applyOnce(id, async (manager) => {
      await manager.query(MARK_WITHDRAWN, [memberId]);
      const [hidden]: [{ id: string; version: number }[], number] = await manager.query(HIDE_POSTS, [memberId]);
      const events = hidden.map((post) =>
        postHidden.occurred({
          aggregateId: post.id,
          aggregateVersion: post.version,
          payload: { postId: post.id, authorId: memberId, reason: 'author-withdrawn' },
        }),
      );
      await this.outbox.publish(manager, ...events);
    });
  }
}
