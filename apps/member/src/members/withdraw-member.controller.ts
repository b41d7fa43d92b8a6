import { CurrentMember, Returns, UnauthorizedProblem } from '@madang/service-kit';
import { Controller, Delete } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { WithdrawMemberService } from './withdraw-member.service';

@ApiTags('members')
@Controller('members')
export class WithdrawMemberController {
  constructor(private readonly service: WithdrawMemberService) {}

  @Delete('me')
  @ApiOperation({
    summary: 'Withdraw',
    description: 'Erases your personal data at once. The board hides your posts as soon as the event has reached it.',
  })
  @Returns(204)
  async withdraw(@CurrentMember() { memberId }: CurrentMember): Promise<void> {
    if (await this.service.withdraw(memberId)) return;
    throw new UnauthorizedProblem('member-withdrawn', { detail: 'This member has withdrawn already.' });
  }
}
