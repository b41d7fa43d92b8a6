import type { IncomingMessage } from 'node:http';
import { type ProblemError, ProblemFilter } from '@madang/service-kit';
import { PlaceGoneError } from '@madang/waiting-room';
import { Catch } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EventProductId } from '../orders/order.contract';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import { html } from './html';
import { type Page, sendPage, showInstead, wantsPage } from './page';
import { enterAnew, waitPath } from './waiting-page';

const GONE: Readonly<Record<PlaceGoneError['why'], string>> = {
  left: 'You have given this place up.',
  used: 'You were admitted by it, and the time for that is over.',
  missed: 'Your turn has passed while this page was not open, or the place was not kept for so long.',
};

/** For routes that browsers come to: problems become pages, a missing pass the way to the waiting room. Everybody else gets a problem. */
@Catch()
export class PageFilter extends ProblemFilter {
  protected override answer(problem: ProblemError, raw: IncomingMessage, reply: FastifyReply): void {
    if (!wantsPage(raw.headers.accept)) return super.answer(problem, raw, reply);
    const [, product] = /^\/event-products\/([\w-]+)\//.exec(raw.url ?? '') ?? [];
    if (problem.status === 401 && product !== undefined) return showInstead(reply, waitPath(EVENT_PRODUCT_ROOM.name, product));
    for (const [name, value] of Object.entries(problem.details.headers ?? {})) void reply.header(name, value);
    const retryAfter = problem.details.headers?.['retry-after'];
    if (retryAfter !== undefined) void reply.header('refresh', raw.method === 'POST' ? `${retryAfter}; url=${pageOfForm(raw.url ?? '')}` : retryAfter);
    sendPage(reply.code(problem.status), pageOf(problem, raw.url ?? ''));
  }
}

function pageOf(problem: ProblemError, url: string): Page {
  if (problem.status === 503) return { title: 'One moment', main: html`<h1>Waiting room</h1><p class="say" role="status">One moment, please.</p><p>The waiting room does not answer. Places are kept, and this page asks again by itself.</p>` };
  const { title, detail = '', errors } = problem.toProblem('');
  const [, room] = /^\/waiting-rooms\/([\w-]+)\//.exec(url) ?? [];
  const over = room === undefined ? undefined : whyOver(problem);
  const why = errors === undefined ? (over ?? detail) : errors.map((error) => `${error.field}: ${error.detail}`).join('; ');
  return { title, main: html`<h1>Waiting room</h1><p class="say">${title}.</p><p>${why}</p>${room !== undefined && over !== undefined ? enterAnew(room, productIn(url)) : ''}` };
}

/** Asking again is a GET, which what a form is sent to does not answer: the page that the form stands on. */
function pageOfForm(url: string): string {
  return url.replace(/^(\/waiting-rooms\/[\w-]+\/wait)\/leave\b/, '$1').replace(/^(\/event-products\/[\w-]+\/order)s\b/, '$1');
}

function productIn(url: string): string {
  const { data = '1' } = EventProductId.safeParse(new URLSearchParams(url.split('?')[1]).get('product'));
  return data;
}

/** Why a place is no place any more, for who had it in this browser. */
function whyOver({ code, cause }: ProblemError): string | undefined {
  if (cause instanceof PlaceGoneError) return GONE[cause.why];
  return code === 'invalid-ticket' ? 'The ticket that this browser has kept does not hold for this room.' : undefined;
}
