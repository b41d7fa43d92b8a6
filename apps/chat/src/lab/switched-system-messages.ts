import type { DomainEvent } from '@madang/event-bus';
import type { SystemMessageRequestedPayload } from '@madang/events';
import { Switchboard } from '@madang/lab/nest';
import type { InboxOutcome } from '@madang/outbox';
import { Inject, Injectable } from '@nestjs/common';
import { PostSystemMessageService } from '../messages/post-system-message.service';

/** Where the chat moderates itself, the moderator asks in vain. */
@Injectable()
export class SwitchedSystemMessages extends PostSystemMessageService {
  @Inject(Switchboard) private readonly switches!: Switchboard;

  override async post(command: DomainEvent<SystemMessageRequestedPayload>): Promise<InboxOutcome> {
    return this.switches.mode('moderation') === 'in-chat' ? 'duplicate' : super.post(command);
  }
}
