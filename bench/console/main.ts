// How the console's page draws while 500 messages a second come, and how long it takes from an effect to the page: `npm run bench:console [-- --rate 500 --seconds 20 --panes map --calls 20]`
// Drawn by software, as where there is no graphics processor, most of a frame's time is the compositor's: what is ours is the main thread's, in processor time.
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../e2e/console/browser.ts';
import { percentiles } from '../percentiles.ts';
import { watchFrames } from './frames.ts';
import { printLatencies } from './latency.ts';
import { servePage } from './page-server.ts';

const SETTLE_MS = 3_000;
const FRAME_MS = 1_000 / 60;

const { values } = parseArgs({ options: { rate: { type: 'string', default: '500' }, seconds: { type: 'string', default: '20' }, panes: { type: 'string', default: 'map,replicas,kafka' }, calls: { type: 'string', default: '20' } } });
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
    const { frames, longTasks, busy, script, layout, heapBytes } = await watchFrames(page, seconds * 1_000);
    const elapsed = frames.reduce((sum, ms) => sum + ms, 0);
    const due = Math.round(elapsed / FRAME_MS);
    const dropped = Math.max(0, due - frames.length);
    console.log(`=> ${pane}, ${rate} messages/s: ${((frames.length / elapsed) * 1_000).toFixed(1)} frames/s, ${dropped} of ${due} dropped (${((dropped / due) * 100).toFixed(1)} %); frame ms ${percentiles(frames)}; ${longTasks} tasks over 50 ms; main thread ${(busy * 1_000).toFixed(0)} ms a second (script ${(script * 1_000).toFixed(0)}, style and layout ${(layout * 1_000).toFixed(0)}), ${((busy * elapsed) / frames.length).toFixed(1)} ms a frame; heap ${(idle.heapBytes / 1e6).toFixed(1)} -> ${(heapBytes / 1e6).toFixed(1)} MB`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
if (Number(values.calls) > 0 && !(await printLatencies(Number(values.calls), seconds))) {
  console.log('=> LATE: an effect is on the page within 250 ms, 99 times of 100');
  process.exitCode = 1;
}
