import type { DomainEvent } from '@madang/event-bus';
import { memberRegistered, memberWithdrawn, postDeleted, postEdited, postHidden, postPublished } from '@madang/events';
import { Inbox } from '@madang/outbox';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';

const ALL = [memberRegistered, memberWithdrawn, postPublished, postEdited, postDeleted, postHidden].map(({ type }) => type);

const APPEND = 'INSERT INTO effect (event_id, type, aggregate_id, aggregate_version) VALUES ($1, $2, $3, $4)';

const COUNT = `
  INSERT INTO counter (aggregate_id, effects) VALUES ($1, 1)
  ON CONFLICT (aggregate_id) DO UPDATE SET effects = counter.effects + 1`;

/**
 * A consumer whose effect is not idempotent, built like every service: it appends and counts, so that an event which takes
 * effect twice, late or never is seen. The board's own effect would hide a repetition.
 */
@Controller()
export class LedgerController {
  constructor(private readonly inbox: Inbox) {}

  @EventPattern<string[]>(ALL)
  async onEvent({ id, type, aggregateId, aggregateVersion }: DomainEvent): Promise<void> {
    await this.inbox.applyOnce(id, async (manager) => {
      await manager.query(APPEND, [id, type, aggregateId, aggregateVersion]);
      await manager.query(COUNT, [aggregateId]);
    });
  }
}
