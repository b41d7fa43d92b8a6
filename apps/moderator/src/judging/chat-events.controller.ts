import { EventBatchPattern } from '@madang/event-bus';
import { messageEdited, messagePosted } from '@madang/events';
import { Controller, Logger } from '@nestjs/common';
import { JudgeMessagesService, type SpokenEvent } from './judge-messages.service';

/** What members say. System messages are events of another type, so that no warning can trigger one. */
@Controller()
export class ChatEventsController {
  private readonly logger = new Logger(ChatEventsController.name);

  constructor(private readonly judge: JudgeMessagesService) {}

  @EventBatchPattern(messagePosted.type)
  onMessagesPosted(events: readonly SpokenEvent[]): Promise<void> {
    return this.onSpoken(events);
  }

  @EventBatchPattern(messageEdited.type)
  onMessagesEdited(events: readonly SpokenEvent[]): Promise<void> {
    return this.onSpoken(events);
  }

  private async onSpoken(events: readonly SpokenEvent[]): Promise<void> {
    const outcomes = await this.judge.judge(events);
    const [first] = events;
    if (!first || outcomes.length === 0) return; // most messages hit nothing, and need no line
    const others = events.length === 1 ? '' : ` and ${events.length - 1} more`;
    this.logger.log(`${first.type} ${first.id}${others}: ${outcomes.join(', ')}`);
  }
}
