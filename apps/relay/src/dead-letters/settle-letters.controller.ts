import { DeadLetterDesk } from '@madang/event-bus';
import { Admin, Fails, Returns } from '@madang/service-kit';
import { Body, Controller, Logger, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Discard, Letter, LetterId, letterView, ReplayMany, ReplayOne, ReplayReportView } from './dead-letter.contract';
import { asProblem } from './desk-problem';

/** What is done is logged with ids alone: keys and reasons are in the audit trail. */
@ApiTags('dead letters')
@Admin()
@Controller('dead-letters')
export class SettleLettersController {
  private readonly logger = new Logger(SettleLettersController.name);

  constructor(private readonly desk: DeadLetterDesk) {}

  @Post('replay')
  @ApiOperation({ summary: 'Replay every open letter that matches, in order a key; at most 1,000 in one request' })
  @Returns(200, ReplayReportView)
  async replayMany(@Body({ schema: ReplayMany }) { operator, evenIfOld, all: _all, ...filter }: ReplayMany): Promise<ReplayReportView> {
    const { failed, ...counts } = await asProblem(this.desk.replayAll(filter, operator, { evenIfOld }));
    this.logger.log({ ...counts, failed: failed.length }, 'dead letters replayed');
    return { ...counts, failed: [...failed] };
  }

  @Post(':id/replay')
  @ApiOperation({ summary: 'Publish the record again, for the group that could not process it' })
  @Returns(200, Letter)
  @Fails(404, 'There is no such dead letter')
  @Fails(409, 'It is replayed or discarded already, earlier letters of its key are open, or it died more than 7 days ago')
  async replay(@Param('id', { schema: LetterId }) id: string, @Body({ schema: ReplayOne }) { operator, evenIfOld }: ReplayOne): Promise<Letter> {
    const letter = letterView(await asProblem(this.desk.replay(id, operator, { evenIfOld })));
    this.logger.log(`${id} replayed`);
    return letter;
  }

  @Post(':id/discard')
  @ApiOperation({ summary: 'Settle a letter without a replay' })
  @Returns(200, Letter)
  @Fails(404, 'There is no such dead letter')
  @Fails(409, 'It is replayed or discarded already')
  async discard(@Param('id', { schema: LetterId }) id: string, @Body({ schema: Discard }) { operator, reason }: Discard): Promise<Letter> {
    const letter = letterView(await asProblem(this.desk.discard(id, operator, reason)));
    this.logger.log(`${id} discarded`);
    return letter;
  }
}
