import { Fails, NotFoundProblem, Public, Returns, uuid } from '@madang/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { MemberView, memberView, type VisibleMember } from './member.contract';

const SELECT = 'SELECT id, nickname, created_at AS "createdAt" FROM member WHERE id = $1 AND withdrawn_at IS NULL';

@ApiTags('members')
@Public()
@Controller('members')
export class GetMemberController {
  constructor(private readonly dataSource: DataSource) {}

  @Get(':id')
  @ApiOperation({ summary: 'Look a member up' })
  @Returns(200, MemberView)
  @Fails(404, 'There is no such member, or they have withdrawn')
  async get(@Param('id', { schema: uuid() }) id: string): Promise<MemberView> {
    const [member]: VisibleMember[] = await this.dataSource.query(SELECT, [id]);
    if (!member) throw new NotFoundProblem('member-not-found', { detail: 'No member has this id, or they have withdrawn.' });
    return memberView(member);
  }
}
