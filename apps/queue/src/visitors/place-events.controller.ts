import { Fails, Public } from '@madang/service-kit';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RoomName } from '../rooms/room.contract';
import { PlaceStreams } from './place-streams.service';
import { ticketOf } from './ticket';

const SUMMARY = 'The place as server-sent events (data: as GET …/me): at each change near the front, and at least every pollAfterMs; ends after the admission, and before half of graceMs is over: connect again, as browsers do. Keeps the place, as polls do';

@ApiTags('visitors')
@Public()
@Controller('waiting-rooms/:room/visitors/me/events')
export class PlaceEventsController {
  constructor(private readonly streams: PlaceStreams) {}

  @Get()
  @ApiOperation({ summary: SUMMARY })
  @ApiHeader({ name: 'X-Waiting-Ticket', required: true, description: 'Or the cookie of the waiting page' })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 200, description: 'Events', schema: { type: 'string' } })
  @Fails(401, 'The ticket is no ticket of this room')
  @Fails(404, 'There is no such waiting room')
  @Fails(410, 'The place is gone')
  @Fails(429, 'This client has as many streams as one may have: ask GET …/me instead')
  async listen(@Param('room', { schema: RoomName }) room: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const ticket = await ticketOf(request, room);
    void reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') return void reply.send(''); // nobody would read the events, nor end them
    const events = await this.streams.listen(room, ticket, request.ip);
    reply.raw.once('close', () => events.destroy());
    void reply.send(events);
  }
}
