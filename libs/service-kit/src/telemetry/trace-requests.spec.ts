import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startFixture, stopFixtures } from '../../test/start-fixture';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  app = await startFixture();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(stopFixtures);

/** What a library would write into the outbox or a Kafka header, from deep inside of a handler. */
async function carried(headers: Record<string, string>): Promise<{ injected: string; shown: string | null }> {
  // A real socket, and a body larger than a segment: reading it is where an async context gets lost.
  const body = JSON.stringify({ filler: 'x'.repeat(40_000) });
  const response = await fetch(`${url}/traces`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const { traceparent } = (await response.json()) as { traceparent: string };
  return { injected: traceparent, shown: response.headers.get('x-trace-id') };
}

it('continues the caller’s trace into handlers and shows its id', async () => {
  const { injected, shown } = await carried({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
  expect(injected).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(injected).not.toContain('00f067aa0ba902b7');
  expect(shown).toBe(TRACE);
});

it('continues it also when the body arrives later than the headers', async () => {
  // The rest of a body is read in the context of the socket, not in that of the request.
  const headers = { 'content-type': 'application/json', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  const call = request(`${url}/traces`, { method: 'POST', headers });
  const answered = once(call, 'response') as Promise<[IncomingMessage]>;
  call.write('{"filler":');
  await sleep(50);
  call.end('"x"}');
  const [response] = await answered;
  expect(await text(response)).toContain(`"00-${TRACE}-`);
});

it.each(['', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE}-00f067aa0ba902b7-01`, `00-${TRACE}-short-01`])(
  'starts a trace of its own for the traceparent %j',
  async (traceparent) => {
    const { injected, shown } = await carried({ traceparent });
    expect(injected).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(shown).not.toBe(TRACE);
  },
);

it('keeps concurrent requests apart', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => index.toString(16).padStart(32, 'a'));
  const seen = await Promise.all(ids.map((id) => carried({ traceparent: `00-${id}-00f067aa0ba902b7-01` })));
  expect(seen.map(({ injected }) => injected.split('-')[1])).toEqual(ids);
});

it('measures requests by route, not by URL', async () => {
  await fetch(`${url}/notes/0198c6a2-7f3b-7c41-9d2e-5b8f6a1c4e70`);
  await fetch(`${url}/nothing/personal`);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('http_server_request_duration_seconds_count{method="GET",route="/notes/:id",status="404"} 1');
  expect(metrics).toContain('route="unmatched"');
  expect(metrics).toContain('process_cpu_user_seconds_total');
  expect(metrics).not.toMatch(/personal|0198c6a2|route="\/metrics"/);
});
