import { type DomainEvent, EventBatchPattern } from '@madang/event-bus';
import { type MemberPayload, memberWithdrawn } from '@madang/events';
import { Controller, Logger } from '@nestjs/common';
import { HideWithdrawnAuthorService } from './hide-withdrawn-author.service';

@Controller()
export class MemberEventsController {
  private readonly logger = new Logger(MemberEventsController.name);

  constructor(private readonly hideWithdrawnAuthor: HideWithdrawnAuthorService) {}

  @EventBatchPattern(memberWithdrawn.type)
  async onMembersWithdrawn(events: readonly DomainEvent<MemberPayload>[]): Promise<void> {
    const applied = await this.hideWithdrawnAuthor.hide(events);
    const [first] = events;
    if (!first) return;
    // One line, however many there are: the trace id in it is that of a single event, or of the batch.
    const outcome = events.length === 1 ? (applied === 1 ? 'applied' : 'duplicate') : `and ${events.length - 1} more, ${applied} applied`;
    this.logger.log(`${first.type} ${first.id}: ${outcome}`);
  }
}
