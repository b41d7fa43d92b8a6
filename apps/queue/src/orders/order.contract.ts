import { z } from 'zod';

export const EventProductId = z.string().regex(/^[a-z0-9-]{1,64}$/, { error: 'expected 1 to 64 of a-z, 0-9 and -' }).meta({ example: '1' });

/** What all order pages lie under. */
export const ORDER_PAGES = '/event-products';

export function orderPath(product: string): string {
  return `${ORDER_PAGES}/${product}/order`;
}

export const OrderView = z
  .object({ id: z.uuid(), eventProductId: EventProductId, createdAt: z.iso.datetime() })
  .meta({ id: 'Order' });
export type OrderView = z.output<typeof OrderView>;

export const OrderPageView = z
  .object({
    eventProductId: EventProductId,
    passEndsAt: z.iso.datetime(),
    order: OrderView.nullable().meta({ description: 'What this pass has ordered already' }),
  })
  .meta({ id: 'OrderPage' });
export type OrderPageView = z.output<typeof OrderPageView>;
