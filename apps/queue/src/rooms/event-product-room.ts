/** In front of the order pages of event products. */
export const EVENT_PRODUCT_ROOM = { name: 'event-product', settings: { limit: 10, intervalMs: 5_000 } } as const;
