import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../core/wait-until.ts';
import type { ProcessDefinition } from '../process/process-definition.ts';

/** A process of a test's own topology: a line of JavaScript instead of a database. */
export function standIn(name: string, script: string, rest: Partial<ProcessDefinition> = {}): ProcessDefinition {
  return {
    name,
    kind: 'service',
    dependsOn: [],
    stopGraceMs: 2_000,
    startTimeoutMs: 5_000,
    launch: () => ({ command: process.execPath, args: ['-e', script], env: {} }),
    ...rest,
  };
}

/** A service that answers HTTP on a port, and is healthy when it does. */
export function httpStandIn(name: string, port: number, rest: Partial<ProcessDefinition> = {}): ProcessDefinition {
  return standIn(name, `require('node:http').createServer((request, response) => response.end('ok')).listen(${port}, '127.0.0.1')`, {
    ports: [{ variable: `${name.toUpperCase()}_PORT`, port }],
    checkHealth: () => answers(port),
    ...rest,
  });
}

/** One from which another can take over: tells its pid, and on SIGUSR2 accepts no more and ends `finishMs` later. */
export function takeoverStandIn(
  name: string,
  port: number,
  { finishMs = 500, ready = () => true }: { finishMs?: number; ready?: () => boolean } = {},
): ProcessDefinition {
  const variable = `${name.toUpperCase()}_PORT`;
  const script = `
    const server = require('node:http').createServer((request, response) => response.setHeader('connection', 'close').end(String(process.pid)));
    process.on('SIGUSR2', () => { server.close(); setTimeout(() => process.exit(0), ${finishMs}); });
    server.listen({ fd: Number(process.env.LISTEN_FD) });`;
  return standIn(name, script, {
    startTimeoutMs: 3_000,
    ports: [{ variable, port }],
    checkHealth: async () => void (await pidThatAnswers(port)),
    takeover: {
      address: { variable, host: '127.0.0.1', port },
      checkHealth: async (pid) => {
        if (!ready()) throw new Error('not ready');
        if ((await pidThatAnswers(port)) !== pid) throw new Error('another one has answered');
      },
    },
  });
}

/** Asks a `takeoverStandIn` over a new connection. @throws when nothing answers there */
export async function pidThatAnswers(port: number): Promise<number> {
  const call = get({ host: '127.0.0.1', port, agent: false, signal: AbortSignal.timeout(2_000) });
  call.on('error', () => undefined);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const [body] = (await once(response, 'data')) as [Buffer];
  return Number(body.toString());
}

/** @throws when nothing answers there */
export async function answers(port: number, withinMs = 1_000): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(withinMs) });
  await response.text();
}

export const SLEEPER = 'setInterval(() => {}, 1000)';

export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'madang-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function untilGone(pid: number): Promise<void> {
  const check = (): void => {
    if (exists(pid)) throw new Error('still there');
  };
  await waitUntil(check, { what: `process ${pid} gone`, timeoutMs: 5_000 });
}
