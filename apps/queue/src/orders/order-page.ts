import { html } from '../pages/html';
import type { Page } from '../pages/page';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import type { OrderPageView } from './order.contract';

export function orderPage({ eventProductId, passEndsAt, order }: OrderPageView): Page {
  if (order) {
    const main = html`<h1>Event product ${order.eventProductId}</h1>
<p class="say">Thank you. It is ordered.</p>
<p>Your order: <code>${order.id}</code></p>
<form method="post" action="/waiting-rooms/${EVENT_PRODUCT_ROOM.name}/wait?product=${eventProductId}"><button class="quiet">Enter the line again</button></form>`;
    return { title: 'Ordered', main };
  }
  const main = html`<h1>Event product ${eventProductId}</h1>
<p class="say">It is your turn.</p>
<p>You can order once, until <time datetime="${passEndsAt}">${passEndsAt.slice(11, 16)} UTC</time>.</p>
<form method="post" action="/event-products/${eventProductId}/orders"><button>Order</button></form>`;
  return { title: 'It is your turn: order', main };
}
