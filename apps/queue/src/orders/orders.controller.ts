import { ConflictProblem, Fails, Public, Returns } from '@madang/service-kit';
import type { Pass } from '@madang/waiting-room';
import { CurrentPass, RequiresPass } from '@madang/waiting-room/nest';
import { Controller, Get, Header, Headers, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageFilter } from '../pages/page.filter';
import { sendPage, showInstead, wantsPage } from '../pages/page';
import { refuseForeign } from '../pages/refuse-foreign';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import { EventProductId, OrderPageView, orderPath, OrderView } from './order.contract';
import { orderPage } from './order-page';
import { OrdersService } from './orders.service';

/** What the waiting room is in front of: who has no pass of it sees nothing of this. */
@ApiTags('orders')
@Public()
@RequiresPass(EVENT_PRODUCT_ROOM.name)
@UseFilters(PageFilter)
@ApiHeader({ name: 'X-Waiting-Pass', required: true, description: 'Or the cookie of the waiting page' })
@Controller('event-products/:id')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get('order')
  @Header('cache-control', 'no-store')
  @Header('vary', 'accept')
  @ApiOperation({ summary: 'The order page: JSON, or HTML for browsers' })
  @Returns(200, OrderPageView)
  @Fails(401, 'There is no pass of the waiting room, or it does not hold')
  async page(@Param('id', { schema: EventProductId }) id: string, @CurrentPass() pass: Pass, @Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const passEndsAt = new Date(pass.expiresAt * 1_000).toISOString();
    const view: OrderPageView = { eventProductId: id, passEndsAt, order: await this.orders.find(pass) };
    if (wantsPage(accept)) sendPage(reply, orderPage(view));
    else void reply.send(view);
  }

  @Post('orders')
  @ApiOperation({ summary: 'Order, once a pass' })
  @Returns(201, OrderView)
  @Fails(401, 'There is no pass of the waiting room, or it does not hold')
  @Fails(403, 'A form of another site')
  @Fails(409, 'This pass has ordered already: orderId says what')
  async order(@Param('id', { schema: EventProductId }) id: string, @CurrentPass() pass: Pass, @Headers() headers: FastifyRequest['headers'], @Res() reply: FastifyReply): Promise<void> {
    refuseForeign(headers);
    const { order, isNew } = await this.orders.place(id, pass);
    if (wantsPage(headers.accept)) return showInstead(reply, orderPath(id));
    if (!isNew) throw new ConflictProblem('already-ordered', { detail: 'This pass has ordered already, and orders once. Enter the waiting room for another.', extensions: { orderId: order.id } });
    void reply.code(201).send(order);
  }
}
