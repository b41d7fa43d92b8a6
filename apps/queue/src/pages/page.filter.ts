import type { IncomingMessage } from 'node:http';
import { type ProblemError, ProblemFilter } from '@madang/service-kit';
import { Catch } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EVENT_PRODUCT_ROOM } from '../rooms/event-product-room';
import { html } from './html';
import { type Page, sendPage, showInstead, wantsPage } from './page';
import { enterAnew } from './waiting-page';

/** For routes that browsers come to: problems become pages, a missing pass the way to the waiting room. Everybody else gets a problem. */
@Catch()
export class PageFilter extends ProblemFilter {
  protected override answer(problem: ProblemError, raw: IncomingMessage, reply: FastifyReply): void {
    if (!wantsPage(raw.headers.accept)) return super.answer(problem, raw, reply);
    const [, product] = /^\/event-products\/([\w-]+)\//.exec(raw.url ?? '') ?? [];
    if (problem.status === 401 && product !== undefined) return showInstead(reply, `/waiting-rooms/${EVENT_PRODUCT_ROOM.name}/wait?product=${product}`);
    for (const [name, value] of Object.entries(problem.details.headers ?? {})) void reply.header(name, value);
    const retryAfter = problem.details.headers?.['retry-after'];
    if (retryAfter !== undefined) void reply.header('refresh', retryAfter);
    sendPage(reply.code(problem.status), pageOf(problem, raw.url ?? ''));
  }
}

function pageOf(problem: ProblemError, url: string): Page {
  if (problem.status === 503) return { title: 'One moment', main: html`<h1>Waiting room</h1><p class="say" role="status">One moment, please.</p><p>The waiting room does not answer. Places are kept, and this page asks again by itself.</p>` };
  const { title, detail = '' } = problem.toProblem('');
  const [, room] = /^\/waiting-rooms\/([\w-]+)\//.exec(url) ?? [];
  const isOver = room !== undefined && (problem.code === 'invalid-ticket' || problem.code === 'place-gone');
  return { title, main: html`<h1>Waiting room</h1><p class="say">${title}.</p><p>${isOver ? 'Enter the line anew.' : detail}</p>${isOver ? enterAnew(room) : ''}` };
}
