import type { DomainEvent } from '@madang/event-bus';
import { type MemberPayload, memberWithdrawn } from '@madang/events';
import { Controller, Logger } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { HideWithdrawnAuthorService } from './hide-withdrawn-author.service';

@Controller()
export class MemberEventsController {
  private readonly logger = new Logger(MemberEventsController.name);

  constructor(private readonly hideWithdrawnAuthor: HideWithdrawnAuthorService) {}

  @EventPattern<string>(memberWithdrawn.type)
  async onMemberWithdrawn(event: DomainEvent<MemberPayload>): Promise<void> {
    const outcome = await this.hideWithdrawnAuthor.hide(event);
    this.logger.log(`${event.type} ${event.id}: ${outcome}`);
  }
}
