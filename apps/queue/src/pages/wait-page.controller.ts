import { Public } from '@madang/service-kit';
import { cookieOf, passCookie } from '@madang/waiting-room/nest';
import { type Place, PlaceGoneError, PassVerifier } from '@madang/waiting-room';
import { Controller, Get, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EventProductId, ORDER_PAGES, orderPath } from '../orders/order.contract';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import { RoomName } from '../rooms/room.contract';
import { asProblem } from '../rooms/room-problem';
import { placeView } from '../visitors/place.contract';
import { VisitorsService } from '../visitors/visitors.service';
import { setCookie, ticketCookie } from './cookies';
import { PageFilter } from './page.filter';
import { sendPage, showInstead } from './page';
import { refuseForeign } from './refuse-foreign';
import { leftPage, waitingPage, waitPath, yourTurnPage } from './waiting-page';

const WaitQuery = z.strictObject({ product: EventProductId.default('1') });
type WaitQuery = z.output<typeof WaitQuery>;

/** The waiting room as pages: a browser's cookie holds the ticket, so that it waits without any script. */
@ApiExcludeController()
@Public()
@UseFilters(PageFilter)
@Controller('waiting-rooms/:room/wait')
export class WaitPageController {
  constructor(
    private readonly visitors: VisitorsService,
    private readonly passes: PassVerifier,
  ) {}

  @Get()
  async wait(@Param('room', { schema: RoomName }) room: string, @Query({ schema: WaitQuery }) { product }: WaitQuery, @Req() { headers, method }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (method === 'HEAD') return void reply.send(''); // who only looks takes no place
    const ticket = cookieOf(headers.cookie, ticketCookie(room));
    const place = ticket === undefined ? await this.visitors.enter(room, undefined) : await this.visitors.poll(room, ticket);
    await this.show(room, product, place, reply);
  }

  /** Anew, whatever ticket there is. */
  @Post()
  async enter(@Param('room', { schema: RoomName }) room: string, @Query({ schema: WaitQuery }) { product }: WaitQuery, @Req() { headers }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseForeign(headers);
    const { ticket } = await this.visitors.enter(room, undefined);
    keepTicket(room, ticket, reply);
    showInstead(reply, waitPath(room, product));
  }

  @Post('leave')
  async leave(@Param('room', { schema: RoomName }) room: string, @Query({ schema: WaitQuery }) { product }: WaitQuery, @Req() { headers }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseForeign(headers);
    const ticket = cookieOf(headers.cookie, ticketCookie(room));
    if (ticket !== undefined) await this.visitors.leave(room, ticket);
    keepTicket(room, undefined, reply);
    sendPage(reply, leftPage(room, product));
  }

  private async show(room: string, product: string, place: Place, reply: FastifyReply): Promise<void> {
    keepTicket(room, place.ticket, reply);
    if (place.status === 'waiting') return sendPage(reply, waitingPage(room, product, placeView(place)));
    if (room !== EVENT_PRODUCT_ROOM.name) return sendPage(reply, yourTurnPage(place.pass));
    // In its last second the order page would send the browser back here, and so on.
    if (!(await this.passes.verify(place.pass, room).catch(() => undefined))) return asProblem(Promise.reject(new PlaceGoneError('used')));
    setCookie(reply, passCookie(room), place.pass, ORDER_PAGES);
    showInstead(reply, orderPath(product));
  }
}

function keepTicket(room: string, ticket: string | undefined, reply: FastifyReply): void {
  setCookie(reply, ticketCookie(room), ticket, `/waiting-rooms/${room}`);
}
