import { CurrentMember, Fails, Returns } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenRoomService } from './open-room.service';
import { NewDirectRoom, NewRoom, RoomView, roomView } from './room.contract';

@ApiTags('rooms')
@Controller('rooms')
export class OpenRoomController {
  constructor(private readonly service: OpenRoomService) {}

  @Post()
  @ApiOperation({ summary: 'Open a group room, which everybody may join' })
  @Returns(201, RoomView)
  async openGroup(@CurrentMember() { memberId }: CurrentMember, @Body({ schema: NewRoom }) { name }: NewRoom): Promise<RoomView> {
    return roomView(await this.service.openGroup(memberId, name));
  }

  @Post('direct')
  @ApiOperation({ summary: 'The room of you and another member: there is one, however often it is opened' })
  @Returns(200, RoomView)
  @Fails(404, 'The other member has withdrawn')
  async openDirect(@CurrentMember() { memberId }: CurrentMember, @Body({ schema: NewDirectRoom }) other: NewDirectRoom): Promise<RoomView> {
    return roomView(await this.service.openDirect(memberId, other.memberId));
  }
}
