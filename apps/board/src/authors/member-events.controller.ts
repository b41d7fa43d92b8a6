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
    const [first, ...rest] = events;
    if (!first) return;
    const outcome = rest.length === 0 ? (applied === 1 ? 'applied' : 'duplicate') : `and ${rest.length} more: ${applied} applied`;
    this.logger.log(`${first.type} ${first.id}${rest.length === 0 ? ':' : ''} ${outcome}`);
  }
}
