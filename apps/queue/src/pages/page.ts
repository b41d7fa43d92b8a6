import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from './html';

export interface Page {
  readonly title: string;
  readonly main: Html;
  /** Seconds until a browser without scripts asks again. */
  readonly refreshSeconds?: number;
  /** JavaScript, from this program's own text alone. */
  readonly script?: string;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1b22; --soft: #5b5a66; --paper: #fbf9f4; --card: #fff; --line: #dcd8ce; --mark: #9a3412; --on-mark: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1eff5; --soft: #b4b1c0; --paper: #15141a; --card: #1f1d26; --line: #3b3846; --mark: #fdba74; --on-mark: #2a1405; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1.125rem/1.6 system-ui, sans-serif; }
main { width: min(34rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: clamp(1.5rem, 5vw, 3rem); }
h1 { margin: 0 0 1rem; font-size: 1.125rem; font-weight: 600; color: var(--soft); }
p { margin: 0 0 1rem; }
.say { font-size: clamp(1.75rem, 6vw, 2.5rem); line-height: 1.2; font-weight: 700; margin: 0 0 .5rem; text-wrap: balance; }
.soft { color: var(--soft); font-size: 1rem; }
code { display: block; font: 0.95em ui-monospace, monospace; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border-radius: .6rem; border: 2px solid var(--mark); background: var(--mark); color: var(--on-mark); cursor: pointer; }
button.quiet { background: transparent; color: var(--mark); }
button:focus-visible, a:focus-visible { outline: 3px solid var(--mark); outline-offset: 3px; }
a { color: var(--mark); }
.dots { display: flex; gap: .5rem; margin: 0 0 1.5rem; }
.dots i { width: .75rem; height: .75rem; border-radius: 50%; background: var(--mark); }
@media (prefers-reduced-motion: no-preference) {
  .dots i { animation: wait 1.8s ease-in-out infinite; }
  .dots i:nth-child(2) { animation-delay: .3s; }
  .dots i:nth-child(3) { animation-delay: .6s; }
  @keyframes wait { 50% { opacity: .2; } }
}`;

/** Nothing but what the page itself brings, named by its hash. */
function policyOf(script: string | undefined): string {
  const scripts = script === undefined ? '' : `script-src ${sourceOf(script)}; connect-src 'self'; `;
  return `default-src 'none'; style-src ${sourceOf(STYLE)}; ${scripts}form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The icon would be a request of its own. */
export function sendPage(reply: FastifyReply, { title, main, refreshSeconds, script }: Page): void {
  const refresh = refreshSeconds === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`;
  const scripts = script === undefined ? '' : new Html(`<script>${script}</script>`);
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${refresh}<style>${new Html(STYLE)}</style></head>
<body>
<main>
${main}
</main>
${scripts}
</body>
</html>
`;
  void reply.headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policyOf(script) }).send(page.text);
}

export function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b/.test(accept);
}

/** To another page, by GET. */
export function showInstead(reply: FastifyReply, path: string): void {
  void reply.code(303).headers({ location: path, 'cache-control': 'no-store' }).send();
}
