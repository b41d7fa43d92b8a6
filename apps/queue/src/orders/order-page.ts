import { html } from '../pages/html';
import type { Page } from '../pages/page';
import { waitPath } from '../pages/waiting-page';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import type { OrderPageView } from './order.contract';

export function orderPage({ eventProductId, passEndsAt, order }: OrderPageView): Page {
  if (order) {
    const isOther = order.eventProductId !== eventProductId;
    const say = isOther ? `You have ordered event product ${order.eventProductId}.` : 'Thank you. It is ordered.';
    const more = isOther ? html`<p>A turn is for one order. For event product ${eventProductId}, enter the line again.</p>` : '';
    const main = html`<h1>Event product ${eventProductId}</h1>
<p class="say">${say}</p>
<p>Your order: <code>${order.id}</code></p>
${more}
<form method="post" action="${waitPath(EVENT_PRODUCT_ROOM.name, eventProductId)}"><button class="quiet">Enter the line again</button></form>`;
    return { title: 'Ordered', main };
  }
  const main = html`<h1>Event product ${eventProductId}</h1>
<p class="say">It is your turn.</p>
<p>You can order once, until <time datetime="${passEndsAt}">${passEndsAt.slice(11, 16)} UTC</time>.</p>
<form method="post" action="/event-products/${eventProductId}/orders"><button>Order</button></form>`;
  return { title: 'It is your turn: order', main };
}
