import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { Chromium, chromiumPath, type Window } from '../../test/chromium';
import { ADMIN, call, migrate, type Queue, startQueue } from '../../test/queue-fixture';

let infra: Infra;
let queue: Queue;
let chromium: Chromium;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  queue = await startQueue(infra);
  if (chromiumPath !== undefined) chromium = new Chromium(chromiumPath);
});
afterAll(async () => {
  await chromium?.close();
  await queue?.app.close();
  await infra?.stop();
});

/** Until the window's title is that; @returns all that were there meanwhile */
async function titles(window: Window, last: string): Promise<string[]> {
  const seen: string[] = [];
  for (const giveUpAt = performance.now() + 15_000; ; await sleep(50)) {
    const { title } = await window.at();
    if (title !== seen.at(-1)) seen.push(title);
    if (title === last) return seen;
    if (performance.now() > giveUpAt) throw new Error(`The window showed ${seen.join(' | ')}`);
  }
}

const describeWithBrowser = chromiumPath === undefined ? describe.skip : describe;

describeWithBrowser('Chromium', () => {
  it.each([{ scripts: true }, { scripts: false }])('waits, is admitted and orders (%j)', async ({ scripts }) => {
    const room = `${queue.url}/waiting-rooms/event-product`;
    await call('PUT', room, ADMIN, { limit: 1, intervalMs: 1_500 });
    await sleep(1_510); // nothing is left of whoever came before
    for (let count = 0; count < 3; count += 1) await call('POST', `${room}/visitors`);
    const window = await chromium.open({ scripts });
    await window.go(`${queue.url}/event-products/7/order`);
    const seen = (await titles(window, 'It is your turn: order')).filter((title) => title.includes('line'));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(['Number 3 in line', 'Number 2 in line', 'Next in line'].slice(-seen.length)); // a slow browser comes to see the later ones only
    expect(await window.at()).toMatchObject({ url: `${queue.url}/event-products/7/order` });
    await window.press();
    await titles(window, 'Ordered');
    await window.send('Page.reload');
    await sleep(300);
    expect(await window.at()).toMatchObject({ title: 'Ordered' });
  });
});
