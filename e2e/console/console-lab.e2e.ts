import type { Browser } from 'playwright-core';
import { SCENARIOS } from '../scenarios/catalogue.ts';
import { PlatformClient } from '../platform-client.ts';
import { type Stack, startStack } from '../stack.ts';
import { until } from '../until.ts';
import { launchBrowser } from './browser.ts';
import { ConsolePage, consoleUrl } from './console-page.ts';
import { playedByCommand, playedInPage, verdictOf } from './played.ts';

const PATIENCE = { timeout: 60_000 };
const SEED = 1;

let stack: Stack;
let browser: Browser;
let opened: ConsolePage;
let client: PlatformClient;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ lab: true }), launchBrowser()]);
  opened = await ConsolePage.open(browser, stack);
  client = new PlatformClient(stack.addresses);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

it.each(['faults', 'switches', 'scenarios', 'replicas', 'services'])('what is done in %s can be copied as curl, with the name of the token and without it', async (pane) => {
  const { page } = opened;
  const origin = consoleUrl(stack.sandbox);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await opened.show(pane);
  if (pane === 'services') await page.getByTestId('process-id').getByRole('button', { name: 'Kill' }).click(PATIENCE);
  const buttons = page.locator('main').getByRole('button', { name: 'Copy curl' });
  await buttons.first().waitFor(PATIENCE);
  await buttons.first().click();
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(copied).toMatch(new RegExp(`^curl -i -X (POST|PUT) '${origin}/lab/.* -H "authorization: Bearer \\$ADMIN_TOKEN"`));
  expect(copied).not.toContain(stack.sandbox.secrets.adminToken);
}, 90_000);

describe('a switch', () => {
  it('is thrown by its button, and back, and the service does what it says', async () => {
    const { page } = opened;
    const { token } = await client.newMember();
    const versionOfNextId = async (): Promise<string | undefined> => (await client.publish(token)).body.id[14];
    await opened.show('switches');
    const card = page.getByTestId('switches').locator('.card').filter({ has: page.getByRole('button', { name: 'uuidv4' }) });
    const [naive, pattern] = [card.getByRole('button', { name: 'uuidv4' }), card.getByRole('button', { name: 'uuidv7' })];
    for (const [button, badge, version] of [[naive, 'naive', '4'], [pattern, 'pattern', '7']] as const) {
      await button.click(PATIENCE);
      await card.locator('.badge', { hasText: badge }).waitFor(PATIENCE);
      expect({ pressed: await button.getAttribute('aria-pressed'), version: await versionOfNextId() }).toEqual({ pressed: 'true', version });
    }
  }, 90_000);
});

describe('a fault', () => {
  it('asks for a prediction, is injected, compared, and reverts by itself', async () => {
    const { page } = opened;
    const cdc = stack.sandbox.process('cdc');
    await opened.show('faults');
    const card = page.getByTestId('faults').locator('.card').filter({ has: page.getByTestId('inject-cdc-frozen') });
    const inject = card.getByTestId('inject-cdc-frozen');
    await inject.waitFor(PATIENCE);
    expect(await inject.isDisabled()).toBe(true);
    await card.locator('label', { hasText: 'stay for as long' }).click();
    await inject.click(PATIENCE);
    const compared = page.locator('.compared');
    await compared.waitFor(PATIENCE);
    const active = page.getByTestId('active').locator('li', { hasText: 'Log reader frozen' });
    await active.waitFor(PATIENCE);
    expect({ state: cdc.state, verdict: await compared.locator('.badge').textContent() }).toEqual({ state: 'frozen', verdict: 'You expect what should hold' });
    await client.newMember();
    await opened.show('start'); // where one plays what the fault should not harm
    await opened.show('faults');
    await compared.waitFor(PATIENCE);
    await active.waitFor({ state: 'detached', ...PATIENCE });
    await until(async () => cdc.state, (state) => state === 'healthy', 60_000);
    const records = async (): Promise<number> => {
      await compared.getByRole('button', { name: 'Count again' }).click();
      return Number(/(\d+) records/.exec((await compared.textContent()) ?? '')?.[1]);
    };
    await until(records, (count) => count >= 2, 60_000); // the row, and the event that waited for it
  }, 200_000);

  it('is taken back by Reset all', async () => {
    const { page } = opened;
    await opened.show('faults');
    const card = page.getByTestId('faults').locator('.card').filter({ has: page.getByTestId('inject-replica-2-lags') });
    await card.locator('label').first().click(PATIENCE);
    await card.getByTestId('inject-replica-2-lags').click(PATIENCE);
    const active = page.getByTestId('active').locator('li', { hasText: 'replica-2 a second behind' });
    await active.waitFor(PATIENCE);
    await page.locator('main').getByRole('button', { name: 'Reset all' }).click();
    await active.waitFor({ state: 'detached', ...PATIENCE });
    await opened.show('replicas');
    await page.getByTestId('standby-replica-2').locator('output', { hasText: /^0 ms$/ }).waitFor(PATIENCE);
  }, 120_000);
});

it.each([1, 50])('+%i visitors stand in the line', async (visitors) => {
  const { page } = opened;
  const came = async (): Promise<number> => {
    const { body } = await client.call<{ waiting: number; admitted: number }>('GET', `${stack.addresses.queue}/waiting-rooms/event-product`);
    return body.waiting + body.admitted;
  };
  await opened.show('room');
  const before = await came();
  await page.getByRole('button', { name: visitors === 1 ? '+1 visitor' : `+${visitors} visitors` }).click(PATIENCE);
  await page.getByTestId('results').locator('li', { hasText: `${visitors} visitors came` }).waitFor(PATIENCE);
  expect((await came()) - before).toBe(visitors);
}, 90_000);

describe('a scenario', () => {
  it('runs both ways into two columns, which are not the same; the second says what its command says', async () => {
    const { page } = opened;
    await opened.show('switches');
    const card = page.getByTestId('switches').locator('.card').filter({ has: page.getByRole('button', { name: 'uuidv4' }) });
    await card.getByRole('button', { name: 'Run both ways' }).click(PATIENCE);
    await page.getByTestId('run-both').click(PATIENCE);
    const column = (title: string) => page.locator('.twins').getByRole('region', { name: title }).getByTestId('run');
    const [kept, broken] = [await verdictOf(column('With the pattern')), await verdictOf(column('Without it'))];
    expect(Object.values(kept.promises)).toEqual(['kept', 'kept']);
    expect(kept).toMatchObject({ broken: 0, failed: null });
    expect(broken.broken).toBeGreaterThan(0); // random ids: how many lie in no order is chance
    expect(await playedByCommand(stack, 'id-clock-rollback', { seed: SEED, naive: true })).toMatchObject({ promises: broken.promises, failed: null });
    expect(await page.locator('.twins .evidence').count()).toBeGreaterThan(0);
  }, 400_000);

  it.each(SCENARIOS.map((make) => make().name))('%s: its button and its command say the same', async (name) => {
    await opened.show(`scenarios/${name}`);
    const began = performance.now();
    const inPage = await playedInPage(opened.page, { seed: SEED, naive: false });
    const then = performance.now();
    const byCommand = await playedByCommand(stack, name, { seed: SEED, naive: false });
    process.stderr.write(`  ${name}: button ${inPage.broken} broken, ${((then - began) / 1_000).toFixed(1)} s; command ${byCommand.broken}, ${((performance.now() - then) / 1_000).toFixed(1)} s\n`);
    expect(Object.keys(inPage.promises).length).toBeGreaterThan(0);
    expect(inPage).toEqual(byCommand);
  }, 320_000);
});

it('has not complained in all this time', () => {
  expect(opened.complaints).toEqual([]);
});
