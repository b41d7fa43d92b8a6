import { Admin, Fails, Public, Returns } from '@madang/service-kit';
import { RoomStore, UnknownRoomError, WaitingRooms } from '@madang/waiting-room';
import { Body, Controller, Get, Header, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { changedSettings, RoomChange, RoomName, RoomView, roomView } from './room.contract';
import { asProblem } from './room-problem';

@ApiTags('rooms')
@Controller('waiting-rooms')
export class RoomController {
  constructor(
    private readonly rooms: WaitingRooms,
    private readonly store: RoomStore,
  ) {}

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
    await this.rooms.configure(room, changedSettings(await this.store.settings(room), change));
    return this.view(room);
  }

  private async view(room: string): Promise<RoomView> {
    const settings = await this.store.settings(room); // another process may have changed them
    if (!settings) throw new UnknownRoomError(room);
    return roomView(room, settings, await this.rooms.status(room));
  }
}
