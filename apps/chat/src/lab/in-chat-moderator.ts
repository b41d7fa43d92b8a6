import { compileRules, marketplaceRules } from '@madang/keywords';
import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { appendChange } from '../messages/room-change';
import { FanOut } from '../socket/fan-out';

const TEXT = '대화와 거래는 채팅에서 해 주세요. / Please keep the conversation in this chat.';

/**
 * What many would write first: the chat server looks for keywords itself, once it has answered, and posts its warning as well as it can. No log, so what a node had in hand when it died
 * nobody does again; and a random id, so what is done again is there twice.
 */
@Injectable()
export class InChatModerator {
  private readonly logger = new Logger(InChatModerator.name);
  private readonly detector = compileRules(marketplaceRules);

  constructor(
    private readonly dataSource: DataSource,
    private readonly fanOut: FanOut,
  ) {}

  async judge(roomId: string, triggerMessageId: string, text: string): Promise<void> {
    try {
      const rules = new Set(this.detector.detect(text).map(({ ruleId }) => ruleId));
      for (const _ of rules) {
        const warning = { roomId, messageId: randomUUID(), change: 'posted', kind: 'system', text: TEXT, triggerMessageId } as const;
        this.fanOut.tell(await this.dataSource.transaction((manager) => appendChange(manager, warning)));
      }
    } catch (error) {
      this.logger.warn(`A warning is lost: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
