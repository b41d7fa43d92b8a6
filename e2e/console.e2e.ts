import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunEvent } from '@madang/lab';
import type { Browser } from 'playwright-core';
import { violationsOn } from './console/axe.ts';
import { launchBrowser } from './console/browser.ts';
import { ConsolePage, consoleUrl } from './console/console-page.ts';
import { happenings } from './console/happenings.ts';
import { scriptBytes } from './console/page-size.ts';
import { type Stack, startStack } from './stack.ts';

const PANES = ['start', 'map', 'timeline', 'replicas', 'room', 'chat', 'ids', 'kafka', 'services', 'faults', 'switches', 'scenarios'];
const MOST_BYTES = 200 * 1024;
const SOON_MS = 1_000;
/** A busy machine may miss a second now and then: one of so many tries has to keep it. */
const TRIES = 4;
const PATIENCE = { timeout: 60_000 };
const SCENARIO = 'forged-pass';

let stack: Stack;
let hasStarted = false;
let browser: Browser;
let opened: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ lab: true }), launchBrowser()]);
  opened = await ConsolePage.open(browser, stack);
  hasStarted = true;
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
afterEach(async () => {
  if (!hasStarted) return;
  await fetch(`${consoleUrl(stack.sandbox)}/lab/reset`, { method: 'POST', headers: { authorization: `Bearer ${stack.sandbox.secrets.adminToken}` } });
});

it('is at most 200 KiB of JavaScript, all panes together', () => {
  const bytes = scriptBytes();
  process.stderr.write(`  JavaScript, gzip: ${(bytes / 1_024).toFixed(1)} KiB\n`);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

describe('a pane', () => {
  it.each(['map', 'timeline', 'replicas', 'room', 'kafka/member.events.v1', 'services', 'ids', 'faults', 'switches'])('%s shows what happens within a second', async (pane) => {
    const happening = happenings(stack, opened.page).find((each) => each.pane === pane);
    if (!happening) throw new Error(`Nothing happens for ${pane}`);
    await happening.prepare?.();
    await opened.show(pane);
    await sleep(1_500);
    const shown = opened.page.getByTestId(happening.testId);
    const text = async (): Promise<string> => ((await shown.count()) > 0 ? ((await shown.first().textContent()) ?? '') : '');
    const took: number[] = [];
    for (let attempt = 0; attempt < TRIES && !took.some((ms) => ms < SOON_MS); attempt += 1) {
      const before = await text();
      await happening.happen();
      const happened = performance.now();
      const deadline = happened + 30_000;
      for (;;) {
        const now = await text();
        const holds = happening.holds();
        if (now !== before && (typeof holds === 'string' ? now.includes(holds) : holds.test(now))) break;
        if (performance.now() > deadline) throw new Error(`${pane} did not show it: ${now.slice(0, 300)}`);
        await sleep(15);
      }
      took.push(performance.now() - happened);
    }
    process.stderr.write(`  ${pane}: ${took.map((ms) => ms.toFixed(0)).join(', ')} ms\n`);
    expect(Math.min(...took)).toBeLessThan(SOON_MS);
  }, 150_000);

  it('chat shows within a second what one says to the other, and the moderator\'s answer with its event', async () => {
    const { page } = opened;
    await opened.show('chat');
    await page.getByTestId('open-room').click();
    const heard = page.getByTestId('messages').nth(1).locator('.message.user');
    const took: number[] = [];
    for (let attempt = 0; attempt < TRIES && !took.some((ms) => ms < SOON_MS); attempt += 1) {
      const said = performance.now();
      await page.locator('.suggested .button').nth(1).click(PATIENCE);
      await heard.nth(attempt).waitFor(PATIENCE);
      took.push(performance.now() - said);
    }
    process.stderr.write(`  chat: ${took.map((ms) => ms.toFixed(0)).join(', ')} ms\n`);
    expect(Math.min(...took)).toBeLessThan(SOON_MS);
    const warning = page.getByTestId('messages').nth(1).locator('.message.system').first();
    await warning.waitFor(PATIENCE);
    await warning.getByRole('link').click(PATIENCE);
    await page.getByTestId('steps').locator('.step').nth(2).waitFor(PATIENCE);
  }, 150_000);
});

it('a story tells what it did, and each line leads to its timeline', async () => {
  const { page } = opened;
  await opened.show('start');
  await page.getByTestId('story-withdraw').click();
  const gone = page.getByTestId('results').locator('li').filter({ hasText: 'gone from the board' });
  await gone.waitFor(PATIENCE);
  expect(await page.locator('.result.failed').count()).toBe(0);
  await gone.getByRole('link', { name: /Timeline/ }).click();
  for (const what of ['request', 'commit', 'row-added', 'relayed', 'effect']) await page.getByTestId('steps').locator(`.${what}`).first().waitFor(PATIENCE);
}, 180_000);

it.each(['withdraw', 'phone', 'lag', 'rush'])('each line of the story "%s" leads to a timeline', async (story) => {
  const { page } = opened;
  await opened.show('start');
  await page.getByTestId(`story-${story}`).click();
  await page.getByTestId('results').locator('li').first().waitFor(PATIENCE);
  await page.locator(`[data-testid=story-${story}]:not([disabled])`).waitFor({ timeout: 120_000 });
  const lines = page.getByTestId('results').locator('li');
  expect({ lines: await lines.count(), failed: await page.locator('.result.failed').count() }).toEqual({ lines: await lines.filter({ has: page.locator('a.trace') }).count(), failed: 0 });
}, 180_000);

it('a tab says that another build is served than it was loaded from', async () => {
  const tab = await ConsolePage.open(browser, stack);
  const { page } = tab;
  let builds = 0;
  const next = (): string => String((builds += 1));
  await page.route('**/api/feed', (route) => route.fulfill({ status: 200, headers: { 'content-type': 'text/event-stream', 'x-page-build': next() }, body: ': the feed\n\n' }));
  expect(await page.getByTestId('outdated').count()).toBe(0);
  await page.reload(); // the first build is the tab's own, the next one is not
  await page.getByTestId('outdated').waitFor(PATIENCE);
  await tab.close();
}, 90_000);

it('a scenario says from its button what it says on the command line', async () => {
  const { page } = opened;
  await opened.show(`scenarios/${SCENARIO}`);
  await page.getByTestId('play').click(PATIENCE);
  const outcome = page.getByTestId('broken').first();
  await outcome.waitFor({ timeout: 120_000 });
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', 'e2e/scenarios/main.ts', SCENARIO, '--seed', '1', '--json'], { env: { ...process.env, SANDBOX_DIRECTORY: stack.sandbox.stateDirectory } });
  const ended = stdout.trim().split('\n').map((line) => JSON.parse(line) as RunEvent).find((event) => event.kind === 'run-ended');
  expect(await outcome.textContent()).toBe(`Broken promises: ${ended?.broken}`);
  expect(await page.locator('.run-steps > li.done').count()).toBeGreaterThan(0);
  const replay = page.locator('.panel').filter({ has: page.getByTestId('run-file') });
  await replay.getByRole('button', { name: 'At once' }).click();
  await page.getByTestId('run-file').setInputFiles({ name: 'run.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(stdout) });
  await replay.getByTestId('broken').waitFor(PATIENCE);
  expect(await replay.getByTestId('broken').textContent()).toBe(`Broken promises: ${ended?.broken}`);
}, 300_000);

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  it('no pane breaks a rule of accessibility', async () => {
    const dressed = await ConsolePage.open(browser, stack, { theme });
    const found: string[] = [];
    for (const pane of PANES) {
      await dressed.show(pane);
      await sleep(800);
      found.push(...(await violationsOn(dressed.page)).map((violation) => `${pane}: ${violation}`));
    }
    const { complaints } = dressed;
    await dressed.close();
    expect({ found, complaints }).toEqual({ found: [], complaints: [] });
  }, 240_000);
});

it('speaks Korean', async () => {
  const korean = await ConsolePage.open(browser, stack, { language: 'ko' });
  await korean.show('faults');
  expect(await korean.page.locator('h1').textContent()).toBe('장애');
  expect(await korean.page.locator('html').getAttribute('lang')).toBe('ko');
  await korean.close();
});

it('can be walked through by the keyboard alone', async () => {
  const { page } = opened;
  await opened.show('map');
  await page.locator('.flow .node').first().waitFor(PATIENCE);
  await page.locator('.flow .node').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.filter').waitFor(PATIENCE);
  await page.locator('.filter button').focus();
  await page.keyboard.press('Space');
  expect(await page.locator('.filter').count()).toBe(0);
}, 60_000);

it('has not complained in all this time', () => {
  expect(opened.complaints).toEqual([]);
});

describe('the checkers', () => {
  it('hear a complaint, and see a rule that is broken', async () => {
    const broken = await ConsolePage.open(browser, stack);
    await broken.page.evaluate(`console.error('on purpose'); document.querySelector('main').append(document.createElement('img'), document.createElement('button'))`);
    const found = await violationsOn(broken.page);
    await broken.close();
    expect(broken.complaints).toEqual([expect.stringContaining('on purpose')]);
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('image-alt'), expect.stringContaining('button-name')]));
  }, 60_000);
});
