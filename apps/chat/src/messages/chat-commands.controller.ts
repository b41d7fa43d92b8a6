import { type DomainEvent } from '@madang/event-bus';
import { systemMessageRequested, type SystemMessageRequestedPayload } from '@madang/events';
import { Controller, Logger } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { PostSystemMessageService } from './post-system-message.service';

@Controller()
export class ChatCommandsController {
  private readonly logger = new Logger(ChatCommandsController.name);

  constructor(private readonly service: PostSystemMessageService) {}

  @EventPattern<string>(systemMessageRequested.type)
  async onSystemMessageRequested(command: DomainEvent<SystemMessageRequestedPayload>): Promise<void> {
    const outcome = await this.service.post(command);
    this.logger.log(`${command.type} ${command.id}: ${outcome}`);
  }
}
