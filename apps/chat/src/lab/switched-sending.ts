import { dieAtOnce, Switchboard } from '@madang/lab/nest';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NewMessage, SendMessageService, type Sent } from '../messages/send-message.service';
import { InChatModerator } from './in-chat-moderator';

/** Until the answer has left: what comes after it is not to slow it down. */
const AFTER_THE_ANSWER_MS = 20;

/** Sending beside its naive counterpart, which also moderates. */
@Injectable()
export class SwitchedSending extends SendMessageService {
  @Inject(Switchboard) private readonly switches!: Switchboard;
  @Inject(InChatModerator) private readonly moderator!: InChatModerator;

  override async send(senderId: string, message: NewMessage): Promise<Sent> {
    const sent = await super.send(senderId, message);
    void this.afterTheAnswer(message, sent);
    return sent;
  }

  private async afterTheAnswer({ roomId, text }: NewMessage, { id }: Sent): Promise<void> {
    const isDeath = this.switches.told('die-after-answer') > 0;
    const isNaive = this.switches.mode('moderation') === 'in-chat';
    if (!isDeath && !isNaive) return;
    await sleep(AFTER_THE_ANSWER_MS);
    if (isDeath) dieAtOnce();
    else await this.moderator.judge(roomId, id, text);
  }
}
