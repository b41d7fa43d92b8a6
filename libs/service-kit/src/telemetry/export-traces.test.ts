import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { exportTraces } from './export-traces';

interface Export {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly { key: string; value: { stringValue: string } }[] }; readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[] }[];
}

/** It is frozen: its socket takes the request, and nobody answers. */
const NEVER = 0;

const received: { path: string | undefined; body: Export; at: number }[] = [];
let collector: Server;
let answers = 200;

beforeAll(async () => {
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    received.push({ path: request.url, body: (await json(request)) as Export, at: Date.now() });
    if (answers === NEVER) return;
    response.writeHead(answers, { 'content-type': 'application/json' }).end('{}');
  };
  collector = createServer((request, response) => void take(request, response));
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
});

afterAll(() => {
  collector.close();
  collector.closeAllConnections();
});

beforeEach(() => {
  received.length = 0;
  answers = 200;
});

const tracerTo = (endpoint: string) => {
  const { processor, resource } = exportTraces('board', endpoint);
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  return { provider, tracer: provider.getTracer('test') };
};
const here = (): string => `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;

test('spans are at the collector in a moment, many in one request, and say whose they are', async () => {
  const { provider, tracer } = tracerTo(here());
  tracer.startSpan('first').end(); // loads the exporter
  while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const endedAt = Date.now();
  for (let index = 0; index < 100; index++) tracer.startSpan(`span ${index}`).end();
  while (received.length === 1) await new Promise((resolve) => setTimeout(resolve, 10));
  const [, second] = received;
  expect(second?.path).toBe('/v1/traces');
  expect(second?.body.resourceSpans[0]?.scopeSpans[0]?.spans.length).toBe(100);
  expect(second?.body.resourceSpans[0]?.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'board' } });
  expect((second?.at ?? Infinity) - endedAt).toBeLessThan(1_000); // 100 ms, on a machine with time
  await provider.shutdown();
});

test.each([['is away', 500, 'http://127.0.0.1:1'], ['answers 500', 500, undefined], ['is frozen', NEVER, undefined]])('a collector that %s costs neither an error nor memory', async (_, answering, elsewhere) => {
  answers = answering;
  const { provider, tracer } = tracerTo(elsewhere ?? here());
  for (let index = 0; index < 20_000; index++) tracer.startSpan('lost').end();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const startedAt = performance.now();
  for (let index = 0; index < 1_000; index++) tracer.startSpan('lost').end();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await provider.shutdown().catch(() => undefined);
}, 30_000);
