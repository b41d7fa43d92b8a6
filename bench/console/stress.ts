// Does the console keep its size? An hour of traffic with the page open in Chromium, all panes in turn: `npm run stress:console [-- --minutes 60 --rate 20]`
// Fails where heap or nodes of the page, or heap or memory of the server, were larger in the last quarter than in the second by more than a tenth.
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../e2e/console/browser.ts';
import { ConsolePage } from '../../e2e/console/console-page.ts';
import { startStack } from '../../e2e/stack.ts';
import { growthOf, MOST_GROWTH } from './flatness.ts';
import { serverMemoryAfter } from './server-memory.ts';
import { Visits } from './visits.ts';

const PANES = ['start', 'timeline', 'replicas', 'room', 'chat', 'ids', 'kafka', 'services', 'faults', 'switches', 'scenarios', 'map'];
const PANE_MS = 500;
/** A shorter stress is sampled as often, so that its quarters hold something. */
const SAMPLES = 16;
const LONGEST_SAMPLE_MS = 60_000;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string', default: '20' } } });
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (!(minutes >= 2) || !(rate > 0)) throw new Error('--minutes: 2 or more; --rate: calls a second');
const wholeMs = minutes * 60_000;
const sampleMs = Math.min(LONGEST_SAMPLE_MS, wholeMs / SAMPLES);

console.log('Starting a stack of its own ...');
const stack = await startStack({ lab: true });
const browser = await launchBrowser();
const visits = new Visits(stack.addresses, rate);
const series = new Map<string, number[]>();
try {
  const opened = await ConsolePage.open(browser, stack);
  console.log(`${minutes} minutes at ${rate} calls a second, a sample every ${(sampleMs / 1_000).toFixed(0)} s`);
  const began = performance.now();
  for (let sample = 1; performance.now() - began < wholeMs; sample += 1) {
    for (const pane of PANES) {
      await opened.show(pane);
      await opened.page.waitForTimeout(PANE_MS);
    }
    const server = await serverMemoryAfter(stack.sandbox, sample * sampleMs - (performance.now() - began));
    const page = await pageMemory(opened.page);
    const told = { 'heap of the page': page.heapBytes, 'nodes of the page': page.nodes, 'heap of the server': server.heapBytes, 'memory of the server': server.processBytes };
    for (const [name, value] of Object.entries(told)) series.set(name, [...(series.get(name) ?? []), value]);
    const seen = (await opened.page.locator('.totals dd').first().textContent()) ?? '?';
    console.log(`${((performance.now() - began) / 60_000).toFixed(1).padStart(5)} min: page ${mb(page.heapBytes)}, ${page.nodes} nodes; server ${mb(server.processBytes)}, heap ${mb(server.heapBytes)}; ${visits.calls} calls (${visits.failures} failed), ${seen} records seen`);
  }
  if (visits.failures > visits.calls / 100) throw new Error(`Calls failed: ${visits.failures} of ${visits.calls}; the last: ${visits.lastFailure}`);
  if (opened.complaints.length > 0) console.log(`the page complained ${opened.complaints.length} times, first: ${opened.complaints[0]}`);
} finally {
  await visits.end();
  await browser.close();
  await stack.stop();
}

for (const [name, samples] of series) {
  const growth = growthOf(samples);
  const isFlat = growth <= MOST_GROWTH;
  console.log(`=> ${name}: ${isFlat ? 'flat' : 'GROWS'}, last quarter ${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} % against the second`);
  if (!isFlat) process.exitCode = 1;
}

/** After a collection of garbage. */
async function pageMemory(page: Page): Promise<{ readonly heapBytes: number; readonly nodes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize: heapBytes } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapBytes, nodes };
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
