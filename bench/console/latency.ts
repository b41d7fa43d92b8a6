import { launchBrowser } from '../../e2e/console/browser.ts';
import { ConsolePage } from '../../e2e/console/console-page.ts';
import { startStack } from '../../e2e/stack.ts';
import { percentiles, quantile } from '../percentiles.ts';
import { Visits } from './visits.ts';

const MOST_MS = 250;
const WARM_UP_MS = 5_000;
/** In these a row says its time. */
const PANES = ['map', 'replicas'];

/**
 * In the page, by its own clock, which is the machine's: a second stream tells when an item has come, a row's own time when it was drawn. What is measured from: a record is written, a
 * span ends (a delivery's is the effect), a read is made, somebody is admitted.
 */
const WATCH = `async (token, forMs) => {
  const now = () => performance.timeOrigin + performance.now();
  const found = {};
  const note = (kind, ms) => { (found[kind] ??= []).push(ms); };
  const midnight = new Date(); midnight.setHours(0, 0, 0, 0);
  const drawn = { records: '', reads: '' };
  const observer = new MutationObserver(() => {
    for (const id of Object.keys(drawn)) {
      const text = document.querySelector('[data-testid=' + id + '] tr td')?.textContent ?? '';
      const time = /^(\\d+):(\\d+):(\\d+)\\.(\\d+)$/.exec(text);
      if (!time || text === drawn[id]) continue;
      if (drawn[id] !== '') note(id + ', drawn', now() - (midnight.getTime() + ((+time[1] * 60 + +time[2]) * 60 + +time[3]) * 1000 + +time[4]));
      drawn[id] = text;
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), forMs);
  const began = now();
  const from = (item) => {
    switch (item.kind) {
      case 'record': return [item.role, item.at];
      case 'span': return item.spanKind === 'consumer' && item.service !== 'relay' ? ['effect', item.at + item.durationMs] : ['span', item.at + item.durationMs];
      case 'read': return ['read', item.at];
      case 'admission': return ['admission', item.admittedAt];
      default: return null;
    }
  };
  try {
    const response = await fetch('/api/feed', { headers: { authorization: 'Bearer ' + token }, signal: abort.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const blocks = (rest + value).split('\\n\\n');
      rest = blocks.pop();
      for (const block of blocks) {
        if (!block.startsWith('event: batch')) continue;
        for (const item of JSON.parse(block.slice(block.indexOf('data: ') + 6))) {
          const [kind, at] = from(item) ?? [];
          if (kind !== undefined && at > began) note(kind, now() - at);
        }
      }
    }
  } catch { /* it is over */ }
  observer.disconnect();
  return found;
}`;

/**
 * From what happened to the page, over a live stack with traffic; printed by kind.
 * @returns whether what took effect was there within a quarter of a second (p99)
 */
export async function printLatencies(callsASecond: number, seconds: number): Promise<boolean> {
  console.log('Starting a stack of its own ...');
  const stack = await startStack({ lab: true });
  const browser = await launchBrowser();
  const visits = new Visits(stack.addresses, callsASecond);
  try {
    const opened = await ConsolePage.open(browser, stack);
    const found = new Map<string, number[]>();
    for (const pane of PANES) {
      await opened.show(pane);
      await opened.page.waitForTimeout(WARM_UP_MS);
      const call = `(${WATCH})(${JSON.stringify(stack.sandbox.secrets.adminToken)}, ${(seconds * 1_000) / PANES.length})`;
      for (const [kind, samples] of Object.entries(await opened.page.evaluate<Record<string, number[]>>(call))) found.set(kind, [...(found.get(kind) ?? []), ...samples]);
    }
    console.log(`ms from what happened to the page, at ${callsASecond} calls a second (${visits.failures} of ${visits.calls} failed)`);
    for (const [kind, samples] of [...found].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`=> ${kind.padEnd(14)} ${percentiles(samples)} (${samples.length})`);
    return quantile(found.get('effect') ?? [], 0.99) <= MOST_MS;
  } finally {
    await visits.end();
    await browser.close();
    await stack.stop();
  }
}
