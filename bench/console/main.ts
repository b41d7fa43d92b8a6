// How the console's page draws while 500 messages a second come: `npm run bench:console [-- --rate 500 --seconds 20 --pane map]`
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../e2e/console/browser.ts';
import { percentiles } from '../percentiles.ts';
import { watchFrames } from './frames.ts';
import { servePage } from './page-server.ts';

const SETTLE_MS = 3_000;
const FRAME_MS = 1_000 / 60;

const { values } = parseArgs({ options: { rate: { type: 'string', default: '500' }, seconds: { type: 'string', default: '20' }, panes: { type: 'string', default: 'map,replicas,kafka' } } });
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];

const server = await servePage(rate);
const browser = await launchBrowser();
try {
  for (const pane of values.panes.split(',')) {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await page.goto(`${server.url}/#token=any`);
    await page.evaluate(`location.hash = '#/${pane}'`);
    await page.waitForTimeout(SETTLE_MS);
    const idle = await watchFrames(page, 0); // so that the first collection of garbage is not the page's
    const { frames, longTasks, busy, heapBytes } = await watchFrames(page, seconds * 1_000);
    const elapsed = frames.reduce((sum, ms) => sum + ms, 0);
    const due = Math.round(elapsed / FRAME_MS);
    const dropped = Math.max(0, due - frames.length);
    console.log(`=> ${pane}, ${rate} messages/s: ${((frames.length / elapsed) * 1_000).toFixed(1)} frames/s, ${dropped} of ${due} dropped (${((dropped / due) * 100).toFixed(1)} %); frame ms ${percentiles(frames)}; ${longTasks} tasks over 50 ms; main thread ${(busy * 100).toFixed(0)} % busy; heap ${(idle.heapBytes / 1e6).toFixed(1)} -> ${(heapBytes / 1e6).toFixed(1)} MB`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
