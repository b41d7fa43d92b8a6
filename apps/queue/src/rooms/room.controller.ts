import { Admin, Fails, Public, Returns } from '@madang/service-kit';
import { WaitingRooms } from '@madang/waiting-room';
import { Body, Controller, Get, Header, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { changeOf, RoomChange, RoomName, RoomView, roomView } from './room.contract';
import { asProblem } from './room-problem';

@ApiTags('rooms')
@Controller('waiting-rooms')
export class RoomController {
  constructor(private readonly rooms: WaitingRooms) {}

  @Put(':room')
  @Admin()
  @ApiOperation({ summary: 'Make a waiting room, or change it while people wait' })
  @Returns(200, RoomView)
  configure(@Param('room', { schema: RoomName }) room: string, @Body({ schema: RoomChange }) change: RoomChange): Promise<RoomView> {
    return asProblem(this.change(room, change));
  }

  @Get(':room')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Settings of a room, and how many wait' })
  @Returns(200, RoomView)
  @Fails(404, 'There is no such waiting room')
  read(@Param('room', { schema: RoomName }) room: string): Promise<RoomView> {
    return asProblem(this.view(room));
  }

  private async change(room: string, change: RoomChange): Promise<RoomView> {
    await this.rooms.configure(room, changeOf(change));
    return this.view(room);
  }

  private async view(room: string): Promise<RoomView> {
    return roomView(room, await this.rooms.status(room));
  }
}
