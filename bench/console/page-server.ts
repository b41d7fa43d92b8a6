import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { TOPOLOGY, Traffic } from './traffic.ts';

const PAGE = join(repositoryRoot, 'dist/apps/console/web');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const BATCH_MS = 50;

export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the built page and a feed of so many messages a second: how it draws is measured without the platform beside it, which would take the processor. */
export async function servePage(messagesASecond: number, port = 0): Promise<PageServer> {
  const server = createServer((request, response) => void answer(request, response, messagesASecond));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, messagesASecond: number): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://page');
  if (pathname === '/api/feed') return stream(response, messagesASecond);
  if (pathname === '/api/topology') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(TOPOLOGY));
  if (pathname.startsWith('/api/') || pathname.startsWith('/lab')) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"not here"}');
  const file = join(PAGE, normalize(pathname === '/' ? '/index.html' : pathname));
  try {
    const content = await readFile(file);
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function stream(response: ServerResponse, messagesASecond: number): void {
  const traffic = new Traffic();
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const began = performance.now();
  let told = 0;
  let seconds = -1;
  const timer = setInterval(() => {
    const gone = (performance.now() - began) / 1_000;
    const items = traffic.next(Math.floor(gone * messagesASecond) - told);
    told += items.length;
    if (Math.floor(gone * 2) !== seconds) {
      seconds = Math.floor(gone * 2);
      items.push(...traffic.beside());
    }
    if (items.length > 0) response.write(`event: batch\ndata: ${JSON.stringify(items)}\n\n`);
  }, BATCH_MS);
  response.on('close', () => clearInterval(timer));
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await servePage(Number(process.argv[2] ?? 40), Number(process.argv[3] ?? 0));
  console.log(`${url}/#token=any`);
}
