import { isLab, LabModule, Switchboard } from '@madang/lab/nest';
import type { ModuleMetadata } from '@nestjs/common';
import type { ChatConfig } from '../chat.config';
import { PostSystemMessageService } from '../messages/post-system-message.service';
import { SendMessageService } from '../messages/send-message.service';
import { InChatModerator } from './in-chat-moderator';
import { SwitchedSending } from './switched-sending';
import { SwitchedSystemMessages } from './switched-system-messages';

/** What the sandbox adds to the service, and overrides; undefined everywhere else. */
export function chatLab(config: ChatConfig): Required<Pick<ModuleMetadata, 'imports' | 'providers'>> | undefined {
  if (!isLab(config)) return undefined;
  const board = new Switchboard({ service: 'chat', faults: ['die-after-answer'], stateDirectory: config.LAB_STATE_DIRECTORY });
  return {
    imports: [LabModule.forRoot(board)],
    providers: [InChatModerator, { provide: SendMessageService, useClass: SwitchedSending }, { provide: PostSystemMessageService, useClass: SwitchedSystemMessages }],
  };
}
