import { DeadLetterDesk } from '@madang/event-bus';
import { Admin, Fails, Returns, toPage } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditPage, AuditQuery, auditView, detailView, LetterDetail, LetterId, LetterPage, LetterQuery, letterView } from './dead-letter.contract';
import { asProblem } from './desk-problem';

@ApiTags('dead letters')
@Admin()
@Controller('dead-letters')
export class ReadLettersController {
  constructor(private readonly desk: DeadLetterDesk) {}

  @Get()
  @ApiOperation({ summary: 'List dead letters of all topics and groups, the oldest first' })
  @Returns(200, LetterPage)
  async list(@Query({ schema: LetterQuery }) { limit, cursor, ...query }: LetterQuery): Promise<LetterPage> {
    const letters = await asProblem(this.desk.list({ ...query, limit: limit + 1, after: cursor }));
    const page = toPage(letters, limit, letterView, ({ letter: { deadAt, id } }) => ({ deadAt, id }));
    return { ...page, unindexed: this.desk.unindexedRecords };
  }

  @Get('audit')
  @ApiOperation({ summary: 'List who replayed and discarded which letter, and why; the latest first' })
  @Returns(200, AuditPage)
  async audit(@Query({ schema: AuditQuery }) { limit, cursor }: AuditQuery): Promise<AuditPage> {
    const entries = await asProblem(this.desk.auditTrail(limit + 1, cursor));
    return toPage(entries, limit, auditView, ({ offset }) => offset);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a dead letter with its headers, the beginning of its value, and its audit entries' })
  @Returns(200, LetterDetail)
  @Fails(404, 'There is no such dead letter')
  async read(@Param('id', { schema: LetterId }) id: string): Promise<LetterDetail> {
    return detailView(await asProblem(this.desk.inspect(id)));
  }
}
