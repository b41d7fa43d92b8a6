import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface CarelessQueue {
  readonly url: string;
  close(): void;
}

/** Stands before a real queue, and takes any pass for the first genuine one that it has seen: what the scenario of the forged pass has to find. */
export async function carelessQueue(queueUrl: string): Promise<CarelessQueue> {
  let genuine: string | undefined;
  const server: Server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await new Response(ReadableStream.from(request)).text();
      const given = Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !['host', 'connection', 'content-length'].includes(entry[0]));
      const headers = { ...Object.fromEntries(given), ...(request.headers['x-waiting-pass'] && genuine && { 'x-waiting-pass': genuine }) };
      const answer = await fetch(`${queueUrl}${request.url}`, { method: request.method ?? 'GET', headers, ...(body && { body }) });
      const text = await answer.text();
      genuine ??= /"pass":"([^"]+)"/.exec(text)?.[1];
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text);
    };
    pass().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
