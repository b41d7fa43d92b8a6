import { type DomainEvent, EventBatchPattern } from '@madang/event-bus';
import { type MemberPayload, memberWithdrawn } from '@madang/events';
import { Controller, Logger } from '@nestjs/common';
import { MarkWithdrawnService } from './mark-withdrawn.service';

@Controller()
export class MemberEventsController {
  private readonly logger = new Logger(MemberEventsController.name);

  constructor(private readonly markWithdrawn: MarkWithdrawnService) {}

  @EventBatchPattern(memberWithdrawn.type)
  async onMembersWithdrawn(events: readonly DomainEvent<MemberPayload>[]): Promise<void> {
    const applied = await this.markWithdrawn.mark(events);
    this.logger.log(`${memberWithdrawn.type}: ${applied} of ${events.length} applied`);
  }
}
