import type { Place } from '@madang/waiting-room';
import { z } from 'zod';

export const PlaceView = z
  .object({
    status: z.enum(['admitted', 'waiting']),
    ticket: z.string().nullable().meta({ description: 'The place, to be sent as X-Waiting-Ticket; null where nobody is counted', example: 't1.k3yId-.event-product.7d9f….1764316800000000.signature' }),
    position: z.int().meta({ description: '1 is the next one, 0 is in', example: 3 }),
    etaMs: z.int().nullable().meta({ description: 'Until the admission if nobody before gives up; null while the room is paused', example: 4_200 }),
    phase: z.enum(['line', 'pre-queue', 'held', 'paused']).optional().meta({
      description:
        'Where somebody waits. line: the position falls only. pre-queue: it is not open yet, and who comes later may draw an earlier place. held: nobody is admitted until those ' +
        'who were there before an outage are back, so the position may rise. paused: nobody is admitted',
      example: 'line',
    }),
    pollAfterMs: z.int().meta({ description: 'When to ask again. Whoever does not ask for graceMs has left', example: 1_000 }),
    pass: z.string().optional().meta({ description: 'To be sent as X-Waiting-Pass' }),
    admittedAt: z.int().optional().meta({ description: 'Milliseconds since 1970, of the clock that decides' }),
  })
  .meta({ id: 'Place' });
export type PlaceView = z.output<typeof PlaceView>;

export function placeView(place: Place): PlaceView {
  switch (place.status) {
    case 'waiting': {
      const { status, ticket, position, etaMs = null, phase, pollAfterMs } = place;
      return { status, ticket, position, etaMs, phase, pollAfterMs };
    }
    case 'admitted': {
      const { status, ticket = null, pass, admittedAt } = place;
      return { status, ticket, position: 0, etaMs: 0, pollAfterMs: 0, pass, ...(admittedAt === undefined ? {} : { admittedAt }) };
    }
    default:
      return place satisfies never;
  }
}
