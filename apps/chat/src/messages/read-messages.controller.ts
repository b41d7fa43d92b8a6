import { CurrentMember, encodeCursor, Fails, Returns, uuid } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HistoryPage, HistoryQuery } from '../rooms/room.contract';
import { ReadHistoryService } from './read-history.service';

@ApiTags('messages')
@Controller('rooms')
export class ReadMessagesController {
  constructor(private readonly history: ReadHistoryService) {}

  @Get(':id/messages')
  @ApiOperation({ summary: 'Read the changes of a room, always ascending: those after a number, or the newest and then older ones' })
  @Returns(200, HistoryPage)
  @Fails(403, 'You are not a member of the room')
  async list(
    @CurrentMember() { memberId }: CurrentMember,
    @Param('id', { schema: uuid() }) id: string,
    @Query({ schema: HistoryQuery }) { limit, cursor, afterSeq }: HistoryQuery,
  ): Promise<HistoryPage> {
    const after = cursor === undefined ? afterSeq : 'afterSeq' in cursor ? cursor.afterSeq : undefined;
    if (after !== undefined) {
      const { lastSeq, messages } = await this.history.tail(memberId, id, after, limit);
      const last = messages.at(-1)?.seq ?? lastSeq;
      return { items: [...messages], lastSeq, nextCursor: last < lastSeq ? encodeCursor({ afterSeq: last }) : null };
    }
    const upTo = cursor !== undefined && 'upTo' in cursor ? cursor.upTo : undefined;
    const { lastSeq, messages } = await this.history.before(memberId, id, limit, upTo);
    const first = messages[0]?.seq ?? 1;
    return { items: [...messages], lastSeq, nextCursor: first > 1 ? encodeCursor({ upTo: first - 1 }) : null };
  }
}
