import { dieAtOnce, Switchboard } from '@madang/lab/nest';
import { Inject, Injectable } from '@nestjs/common';
import { WithdrawMemberService } from '../members/withdraw-member.service';
import { BoardCall } from './board-call';
import { DirectProducer } from './direct-producer';

/** The withdrawal beside its naive counterparts, whose event is in nobody's hands between the commit and what follows it. */
@Injectable()
export class SwitchedWithdrawal extends WithdrawMemberService {
  @Inject(Switchboard) private readonly switches!: Switchboard;
  @Inject(BoardCall) private readonly board!: BoardCall;
  @Inject(DirectProducer) private readonly producer!: DirectProducer;

  override async withdraw(memberId: string): Promise<boolean> {
    const mode = this.switches.mode('withdrawal');
    if (mode === 'outbox') {
      const withdrawn = await super.withdraw(memberId);
      if (withdrawn) this.dieIfTold();
      return withdrawn;
    }
    const version = await this.dataSource.transaction((manager) => this.erase(manager, memberId));
    if (version === undefined) return false;
    this.dieIfTold();
    await (mode === 'direct-call' ? this.board.hidePosts(memberId) : this.producer.produceWithdrawal(memberId, version));
    return true;
  }

  private dieIfTold(): void {
    if (this.switches.told('die-after-commit') > 0) dieAtOnce();
  }
}
