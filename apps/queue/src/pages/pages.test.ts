import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ADMIN, type Answer, call, migrate, type Queue, startQueue } from '../../test/queue-fixture';

let infra: Infra;
let queue: Queue;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  queue = await startQueue(infra);
});
afterAll(async () => {
  await queue?.app.close();
  await infra?.stop();
});

/** What a browser without scripts does: keeps cookies by their path, goes where it is sent, submits forms. */
class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();
  path = '';

  async open(path: string, method = 'GET'): Promise<Answer> {
    const cookie = [...this.#cookies].filter(([, kept]) => path.startsWith(kept.path)).map(([name, { value }]) => `${name}=${value}`).join('; ');
    const form = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const answer = await call(method, `${queue.url}${path}`, { accept: 'text/html,application/xhtml+xml', ...form, ...(cookie && { cookie }) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = '', at = '/'] = /^([^=]+)=([^;]*); Path=([^;]+)/.exec(line) ?? [];
      if (!line.endsWith('; HttpOnly; SameSite=Lax')) throw new Error(`A cookie that scripts or other sites may use: ${line}`);
      if (line.includes('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path: at });
    }
    this.path = path;
    return answer.status === 303 ? this.open(answer.headers.get('location') ?? '') : answer;
  }

  /** The only form of the page. */
  submit({ text }: Answer): Promise<Answer> {
    return this.open(/<form method="post" action="([^"]+)">/.exec(text)?.[1] ?? '', 'POST');
  }
}

async function configure(room: string, change: object): Promise<void> {
  expect(await call('PUT', `${queue.url}/waiting-rooms/${room}`, ADMIN, change)).toMatchObject({ status: 200 });
}

it('without scripts: waits, is admitted, orders once, and is thanked', async () => {
  await configure('event-product', { limit: 1, intervalMs: 1_000 });
  const [first, second] = [new Browser(), new Browser()];
  expect((await first.open('/event-products/7/order')).text).toContain('It is your turn.');
  expect(first.path).toBe('/event-products/7/order');
  let page = await second.open('/event-products/7/order');
  expect(second.path).toBe('/waiting-rooms/event-product/wait?product=7');
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<title>Next in line</title>') });
  expect(page.text).toMatch(/<noscript><meta http-equiv="refresh" content="\d+"><\/noscript>/);
  expect(page.text).toContain('<div role="status" aria-live="polite"');
  expect(page.text).toMatch(/<html lang="en">/);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; form-action 'self'/);
  for (let reload = 0; reload < 10 && !second.path.endsWith('/order'); reload += 1) {
    await sleep(150);
    page = await second.open(second.path);
  }
  expect(page.text).toContain('It is your turn.');
  const thanks = await second.submit(page);
  expect(second.path).toBe('/event-products/7/order');
  expect(thanks.text).toMatch(/Thank you\. It is ordered\.[^]*<code>[0-9a-f-]{36}<\/code>/);
  const elsewhere = await second.open('/event-products/8/order');
  expect(elsewhere.text).toMatch(/You have ordered event product 7\.[^]*For event product 8, enter the line again\./);
  // A reload, and the button of a page that another tab has kept, change nothing.
  expect((await second.open('/event-products/7/orders', 'POST')).text).toBe(thanks.text);
  expect((await second.open('/waiting-rooms/event-product/wait?product=7')).text).toBe(thanks.text);
  // A new place is a new pass.
  expect((await second.submit(thanks)).text).toContain('You are next.');
  expect(second.path).toBe('/waiting-rooms/event-product/wait?product=7');
});

it('gives a place up, and says so when one is gone', async () => {
  await configure('small', { limit: 1, intervalMs: 60_000 });
  await call('POST', `${queue.url}/waiting-rooms/small/visitors`);
  const [tab, other] = [new Browser(), new Browser()];
  await tab.open('/waiting-rooms/small/wait');
  const page = await other.open('/waiting-rooms/small/wait');
  expect(page.text).toContain('You are number 2 in line.');
  const left = await other.submit(page);
  expect(left.text).toContain('You have left the line.');
  expect((await other.submit(left)).text).toContain('You are number 2 in line.');
  // The ticket of one that has gone elsewhere.
  const kept = (await call('POST', `${queue.url}/waiting-rooms/small/visitors`)).body['ticket'];
  await call('DELETE', `${queue.url}/waiting-rooms/small/visitors/me`, { 'x-waiting-ticket': String(kept) });
  const gone = await call('GET', `${queue.url}/waiting-rooms/small/wait`, { accept: 'text/html', cookie: `waiting-ticket-small=${String(kept)}` });
  expect(gone).toMatchObject({ status: 410, text: expect.stringContaining('You have given this place up.') });
  const forged = await call('GET', `${queue.url}/waiting-rooms/small/wait`, { accept: 'text/html', cookie: 'waiting-ticket-small=x' });
  expect(forged).toMatchObject({ status: 401, text: expect.stringContaining('The ticket that this browser has kept does not hold for this room.') });
  expect((await new Browser().submit(gone)).text).toContain('You are number 3 in line.');
});

it('keeps what is to be ordered, whoever leaves and enters again', async () => {
  await configure('event-product', { limit: 1, intervalMs: 60_000 });
  await call('POST', `${queue.url}/waiting-rooms/event-product/visitors`);
  const browser = new Browser();
  const left = await browser.submit(await browser.open('/event-products/shoes/order'));
  expect(left.text).toContain('You have left the line.');
  await browser.submit(left);
  expect(browser.path).toBe('/waiting-rooms/event-product/wait?product=shoes');
  const forged = await call('GET', `${queue.url}${browser.path}`, { accept: 'text/html', cookie: 'waiting-ticket-event-product=x' });
  expect(forged.text).toContain('action="/waiting-rooms/event-product/wait?product=shoes"');
});

it('shows its pass where no page of this service is behind the room', async () => {
  await configure('elsewhere', { limit: 1, intervalMs: 1_000 });
  expect((await new Browser().open('/waiting-rooms/elsewhere/wait')).text).toMatch(/Your pass: <code>ey[\w.-]+<\/code>/);
});

it('escapes what comes from outside, and answers others than browsers with problems', async () => {
  for (const path of ['/waiting-rooms/%3Cscript%3Ealert(1)%3C%2Fscript%3E/wait', '/waiting-rooms/small/wait?product=%22%3E%3Cscript%3E', '/waiting-rooms/nowhere/wait', '/event-products/%3Cscript%3E/order']) {
    const page = await new Browser().open(path);
    expect(page.text).not.toMatch(/<script>(alert|")|"><script/);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  }
  expect((await new Browser().open('/waiting-rooms/small/wait?product=%3Cb%3E')).text).toContain('<p>product: expected 1 to 64 of a-z, 0-9 and -</p>');
  expect(await new Browser().open('/waiting-rooms/nowhere/wait')).toMatchObject({ status: 404 });
  const problem = await call('GET', `${queue.url}/waiting-rooms/nowhere/wait`);
  expect(problem).toMatchObject({ status: 404, body: { code: 'room-not-found' } });
  // Forms have no fields, and JSON is JSON.
  const form = await fetch(`${queue.url}/waiting-rooms/small/visitors`, { method: 'POST', body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect(form.status).toBe(415);
});

it('says when the room is away, and asks again', async () => {
  await configure('small', { limit: 1, intervalMs: 60_000 });
  await configure('event-product', { limit: 100, intervalMs: 60_000 });
  const kept = String((await call('POST', `${queue.url}/waiting-rooms/small/visitors`)).body['ticket']);
  const pass = String((await call('POST', `${queue.url}/waiting-rooms/event-product/visitors`)).body['pass']);
  await infra.process('valkey').kill();
  const page = await new Browser().open('/waiting-rooms/small/wait');
  expect(page.status).toBe(503);
  expect(page.headers.get('refresh')).toBe(page.headers.get('retry-after'));
  expect(page.text).toContain('this page asks again by itself');
  // A form's address answers no GET: its page does.
  for (const form of ['/waiting-rooms/small/wait/leave?product=7', '/waiting-rooms/small/wait?product=7']) {
    const failed = await call('POST', `${queue.url}${form}`, { accept: 'text/html', cookie: `waiting-ticket-small=${kept}` });
    expect([failed.status, failed.headers.get('refresh')]).toEqual([503, `${failed.headers.get('retry-after')}; url=/waiting-rooms/small/wait?product=7`]);
  }
  await infra.process('postgres').kill();
  const order = await call('POST', `${queue.url}/event-products/7/orders`, { accept: 'text/html', 'x-waiting-pass': pass });
  expect([order.status, order.headers.get('refresh')]).toEqual([503, `${order.headers.get('retry-after')}; url=/event-products/7/order`]);
  await infra.process('postgres').start();
  await infra.process('valkey').start();
  while ((await call('GET', `${queue.url}/health/ready`)).status !== 200) await sleep(50);
});

it('refuses the forms of other sites, which would set the cookie anew, and gives no place to who only looks', async () => {
  await configure('forms', { limit: 1, intervalMs: 60_000 });
  const wait = `${queue.url}/waiting-rooms/forms/wait`;
  for (const path of [wait, `${wait}/leave`]) {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await call('POST', path, { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
  }
  await configure('event-product', { limit: 100, intervalMs: 60_000 });
  const pass = String((await call('POST', `${queue.url}/waiting-rooms/event-product/visitors`)).body['pass']);
  expect(await call('POST', `${queue.url}/event-products/1/orders`, { cookie: `waiting-pass-event-product=${pass}`, 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 403, body: { code: 'foreign-form' } });
  await call('HEAD', wait);
  expect(await call('GET', `${queue.url}/waiting-rooms/forms`)).toMatchObject({ body: { waiting: 0, admitted: 0 } });
});
