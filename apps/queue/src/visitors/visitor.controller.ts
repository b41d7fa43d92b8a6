import { Fails, Public, Returns } from '@madang/service-kit';
import { Controller, Delete, Get, Header, Headers, Param, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RoomName } from '../rooms/room.contract';
import { PlaceView, placeView } from './place.contract';
import { TICKET_HEADER, ticketOf } from './ticket';
import { VisitorsService } from './visitors.service';

@ApiTags('visitors')
@Public()
@Controller('waiting-rooms/:room/visitors')
export class VisitorController {
  constructor(private readonly visitors: VisitorsService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Enter: a pass for who need not wait, else a place. A ticket keeps the place that it is of' })
  @ApiHeader({ name: 'X-Waiting-Ticket', required: false })
  @Returns(201, PlaceView)
  @Fails(401, 'The ticket is no ticket of this room')
  @Fails(404, 'There is no such waiting room')
  @Fails(409, 'The room takes nobody in any more')
  @Fails(410, 'The place of this ticket is gone: enter without it')
  async enter(@Param('room', { schema: RoomName }) room: string, @Headers(TICKET_HEADER) ticket: string | undefined): Promise<PlaceView> {
    return placeView(await this.visitors.enter(room, ticket));
  }

  @Get('me')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Where the ticket stands; asking keeps the place' })
  @ApiHeader({ name: 'X-Waiting-Ticket', required: true })
  @Returns(200, PlaceView)
  @Fails(401, 'The ticket is no ticket of this room')
  @Fails(404, 'There is no such waiting room')
  @Fails(410, 'The place is gone')
  async poll(@Param('room', { schema: RoomName }) room: string, @Req() request: FastifyRequest): Promise<PlaceView> {
    return placeView(await this.visitors.poll(room, await ticketOf(request, room)));
  }

  @Delete('me')
  @ApiOperation({ summary: 'Give the place up; who is admitted already stays so' })
  @ApiHeader({ name: 'X-Waiting-Ticket', required: true })
  @Returns(204)
  @Fails(401, 'The ticket is no ticket of this room')
  @Fails(404, 'There is no such waiting room')
  async leave(@Param('room', { schema: RoomName }) room: string, @Req() request: FastifyRequest): Promise<void> {
    await this.visitors.leave(room, await ticketOf(request, room));
  }
}
