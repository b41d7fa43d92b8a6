import type { FastifyReply } from 'fastify';

/** In which a browser keeps its ticket; scripts do not see it. */
export function ticketCookie(room: string): string {
  return `waiting-ticket-${room}`;
}

/** How long tickets and passes hold is said in them, and checked here: a cookie that stays longer does no harm. */
const DAY_S = 86_400;

/** `Lax`: another site's forms come without it. @param value undefined: the browser forgets it */
export function setCookie(reply: FastifyReply, name: string, value: string | undefined, path: string): void {
  void reply.header('set-cookie', `${name}=${value ?? ''}; Path=${path}; Max-Age=${value === undefined ? 0 : DAY_S}; HttpOnly; SameSite=Lax`);
}
