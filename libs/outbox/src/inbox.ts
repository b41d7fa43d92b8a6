import { DataSource, type EntityManager } from 'typeorm';

/** `duplicate`: an earlier delivery has already taken effect, and this one changed nothing. */
export type InboxOutcome = 'applied' | 'duplicate';

// A concurrent delivery of the same message waits here for the other's commit, then inserts nothing.
const REMEMBER = `
  INSERT INTO inbox (consumer, message_id) VALUES ($1, $2)
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
    return this.dataSource.transaction(async (manager) => {
      const remembered: unknown[] = await manager.query(REMEMBER, [this.consumer, messageId]);
      if (remembered.length === 0) return 'duplicate';
      await effect(manager);
      return 'applied';
    });
  }
}
