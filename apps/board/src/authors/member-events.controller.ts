import type { DomainEvent } from '@madang/event-bus';
import { type MemberPayload, memberWithdrawn } from '@madang/events';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { HideWithdrawnAuthorService } from './hide-withdrawn-author.service';

@Controller()
export class MemberEventsController {
  constructor(private readonly hideWithdrawnAuthor: HideWithdrawnAuthorService) {}

  @EventPattern<string>(memberWithdrawn.type)
  async onMemberWithdrawn(event: DomainEvent<MemberPayload>): Promise<void> {
    await this.hideWithdrawnAuthor.hide(event);
  }
}
