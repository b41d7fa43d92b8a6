import type { PlaceView } from '../visitors/place.contract';
import { html, type Html } from './html';
import type { Page } from './page';
import { placeInWords } from './place-in-words';
import { WAITING_SCRIPT } from './waiting-page.script';

/** @param product event product that is to be ordered then */
export function waitPath(room: string, product: string): string {
  return `/waiting-rooms/${room}/wait?product=${product}`;
}

/** Where a browser waits, with scripts or without. */
export function waitingPage(room: string, product: string, { position, etaMs, pollAfterMs, phase = 'line' }: PlaceView): Page {
  const words = placeInWords(position, etaMs, phase);
  const main = html`<h1>Waiting room</h1>
<div class="dots" aria-hidden="true"><i></i><i></i><i></i></div>
<div role="status" aria-live="polite" aria-atomic="true" data-place="/waiting-rooms/${room}/visitors/me">
<p class="say" id="position">${words.position}</p>
<p id="eta">${words.eta}</p>
</div>
<p class="soft">Keep this page open, in the background if you like: it goes on by itself when it is your turn. If you close it, your place is lost after a while.</p>
<form method="post" action="/waiting-rooms/${room}/wait/leave?product=${product}"><button class="quiet">Give up my place</button></form>`;
  return { title: words.title, main, refreshSeconds: Math.max(1, Math.ceil(pollAfterMs / 1_000)), script: WAITING_SCRIPT };
}

/** Of a room that is in front of no page of this service. */
export function yourTurnPage(pass: string): Page {
  return { title: 'It is your turn', main: html`<h1>Waiting room</h1><p class="say">It is your turn.</p><p>Your pass: <code>${pass}</code></p>` };
}

export function leftPage(room: string, product: string): Page {
  return { title: 'You have left', main: html`<h1>Waiting room</h1><p class="say">You have left the line.</p>${enterAnew(room, product)}` };
}

export function enterAnew(room: string, product: string): Html {
  return html`<form method="post" action="${waitPath(room, product)}"><button>Enter the line</button></form>`;
}
