import { type Attributes, trace } from '@opentelemetry/api';
import { DataSource, type EntityManager } from 'typeorm';

/** `duplicate`: an earlier delivery has already taken effect, and this one changed nothing. */
export type InboxOutcome = 'applied' | 'duplicate';

// A concurrent delivery of the same message waits here for the other's commit, then inserts nothing.
const REMEMBER = `
  INSERT INTO inbox (consumer, message_id) VALUES ($1, $2)
  ON CONFLICT DO NOTHING RETURNING message_id`;

// Sorted, so that two deliveries of the same messages wait for each other in one direction only.
const REMEMBER_ALL = `
  INSERT INTO inbox (consumer, message_id)
  SELECT $1, message_id FROM unnest($2::uuid[]) AS message_id ORDER BY message_id
  ON CONFLICT DO NOTHING RETURNING message_id`;

/**
 * The receiving side: makes at-least-once delivery take effect once, because the row that remembers the message commits
 * together with its effect. Messages are told apart by id and consumer name.
 */
export class Inbox {
  constructor(
    private readonly dataSource: DataSource,
    private readonly consumer: string,
  ) {}

  /**
   * Runs `effect` in a transaction unless the message has taken effect before. If `effect` throws, nothing is kept and a
   * later delivery tries again. Effects outside the given manager (mail, HTTP calls) are not covered.
   *
   * @param messageId the message's `ce_id`, a UUID
   */
  async applyOnce(messageId: string, effect: (manager: EntityManager) => Promise<void>): Promise<InboxOutcome> {
    const outcome = await this.dataSource.transaction(async (manager): Promise<InboxOutcome> => {
      const remembered: unknown[] = await manager.query(REMEMBER, [this.consumer, messageId]);
      if (remembered.length === 0) return 'duplicate';
      await effect(manager);
      return 'applied';
    });
    note({ 'inbox.outcome': outcome, 'inbox.message_id': messageId });
    return outcome;
  }

  /**
   * Runs `effect` once for many messages, in one transaction, with those that have not taken effect before, in the
   * order given; a message that is given twice is there once. Not called if none is left. If `effect` throws, nothing of the batch is kept.
   * Two batches at once wait for each other: lock what else they share in a sorted order too.
   *
   * @param messages each with its `ce_id`, a UUID
   * @returns those that took effect
   */
  async applyBatch<T extends { readonly id: string }>(
    messages: readonly T[],
    effect: (fresh: readonly T[], manager: EntityManager) => Promise<void>,
  ): Promise<readonly T[]> {
    const applied = await this.dataSource.transaction(async (manager) => {
      const remembered: { message_id: string }[] = await manager.query(REMEMBER_ALL, [this.consumer, messages.map(({ id }) => id)]);
      const left = new Set(remembered.map((row) => row.message_id));
      const fresh = messages.filter(({ id }) => left.delete(id.toLowerCase()));
      // PostgreSQL also reads other spellings: remembered without an effect, they would be lost.
      if (left.size > 0) throw new TypeError(`Message ids must be UUIDs as 8-4-4-4-12 digits; these are not: ${[...left].join(', ')}`);
      if (fresh.length > 0) await effect(fresh, manager);
      return fresh;
    });
    note({ 'inbox.applied': applied.length, 'inbox.duplicates': messages.length - applied.length });
    return applied;
  }
}

/** Tells the span of the delivery, once it has committed. */
function note(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes({ ...attributes, 'inbox.committed_at': Date.now() });
}
