import { isLab, LabModule, Switchboard } from '@madang/lab/nest';
import type { ModuleMetadata } from '@nestjs/common';
import type { MemberConfig } from '../member.config';
import { WithdrawMemberService } from '../members/withdraw-member.service';
import { BoardCall } from './board-call';
import { DirectProducer } from './direct-producer';
import { SwitchedWithdrawal } from './switched-withdrawal';

/** What the sandbox adds to the service, and overrides; undefined everywhere else. */
export function memberLab(config: MemberConfig): Required<Pick<ModuleMetadata, 'imports' | 'providers'>> | undefined {
  if (!isLab(config)) return undefined;
  const board = new Switchboard({ service: 'member', faults: ['die-after-commit'], stateDirectory: config.LAB_STATE_DIRECTORY });
  return {
    imports: [LabModule.forRoot(board)],
    providers: [
      { provide: BoardCall, useValue: new BoardCall(config.LAB_BOARD_URL, config.ADMIN_TOKEN) },
      { provide: DirectProducer, useFactory: () => new DirectProducer(config.LAB_KAFKA_BROKERS) },
      { provide: WithdrawMemberService, useClass: SwitchedWithdrawal },
    ],
  };
}
