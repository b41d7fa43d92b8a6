import { ConflictProblem, Fails, Public, Returns } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { MemberView, memberView, NewMember } from './member.contract';
import { RegisterMemberService } from './register-member.service';

@ApiTags('members')
@Public()
@Controller('members')
export class RegisterMemberController {
  constructor(private readonly service: RegisterMemberService) {}

  @Post()
  @ApiOperation({ summary: 'Register a member' })
  @Returns(201, MemberView)
  @Fails(409, 'A member has this email already')
  async register(@Body({ schema: NewMember }) body: NewMember): Promise<MemberView> {
    const member = await this.service.register(body);
    if (!member) throw new ConflictProblem('email-taken', { detail: 'A member has this email already: sign in instead.' });
    return memberView(member);
  }
}
