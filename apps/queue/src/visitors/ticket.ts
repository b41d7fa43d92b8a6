import { InvalidTicketError } from '@madang/waiting-room';
import type { FastifyRequest } from 'fastify';
import { asProblem } from '../rooms/room-problem';
import { cookieOf } from '@madang/waiting-room/nest';
import { ticketCookie } from '../pages/cookies';

export const TICKET_HEADER = 'x-waiting-ticket';

/** The ticket of a request: a header, or a browser's cookie, since an event stream takes no headers. */
export function ticketOf({ headers }: Pick<FastifyRequest, 'headers'>, room: string): Promise<string> {
  const ticket = headers[TICKET_HEADER]?.toString() ?? cookieOf(headers.cookie, ticketCookie(room));
  return ticket === undefined ? asProblem(Promise.reject(new InvalidTicketError('is missing: it is sent as X-Waiting-Ticket'))) : Promise.resolve(ticket);
}
