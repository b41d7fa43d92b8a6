import type { DomainEvent } from '@madang/event-bus';
import type { MemberPayload } from '@madang/events';
import { Inbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { FanOut } from '../socket/fan-out';

// Waits for messages that are being written (they hold the row FOR SHARE), and turns later ones away. Sorted, so that two
// batches that share members cannot wait for each other in a circle.
const MARK = `
  INSERT INTO member (id, withdrawn_at)
  SELECT DISTINCT id, now() FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (id) DO UPDATE SET withdrawn_at = COALESCE(member.withdrawn_at, now())`;

/** From then on the members do nothing here, and their messages show a withdrawn author. */
@Injectable()
export class MarkWithdrawnService {
  constructor(
    private readonly inbox: Inbox,
    private readonly fanOut: FanOut,
  ) {}

  /** @returns how many of the events have not taken effect before */
  async mark(events: readonly DomainEvent<MemberPayload>[]): Promise<number> {
    const applied = await this.inbox.applyBatch(events, async (fresh, manager) => {
      await manager.query(MARK, [fresh.map(({ payload }) => payload.memberId)]);
    });
    // Of duplicates too: whoever marked them may have been killed before this line. Where it is lost, each node's own sweep finds them.
    for (const { payload } of events) this.fanOut.disconnect(payload.memberId);
    return applied.length;
  }
}
