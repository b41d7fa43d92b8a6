import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { messageOf } from '../core/user-facing-error.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { ProcessSummary, SandboxStatus } from './status.ts';

/** Where the control server is and what opens it; in `<state>/run/runner.json`, readable by its owner alone. */
export interface ControlAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

/** What can be controlled: a sandbox. */
export interface Controllable {
  status(): Promise<SandboxStatus>;
  summary(): readonly ProcessSummary[];
  stop(): Promise<void>;
  process(name: string): ManagedProcess;
}

export const CONTROL_FILE = 'runner.json';

type Action = 'start' | 'stop' | 'kill' | 'pause' | 'resume' | 'roll';

const ACTIONS: Readonly<Record<Action, (process: ManagedProcess, query: URLSearchParams) => Promise<void>>> = {
  start: (process) => process.start(),
  stop: (process) => process.stop(),
  // ?restart=false: stays down. Otherwise its supervisor starts it again, as after any death.
  kill: async (process, query) => {
    if (!process.running) throw new Error(`${process.name} does not run: it cannot be killed`);
    await process.kill(query.get('restart') === 'false' ? { restart: false } : {});
  },
  pause: (process) => process.pause(),
  resume: (process) => process.resume(),
  roll: (process) => process.roll(),
};

/**
 * The runner's remote control, on an ephemeral loopback port, for `npm run status` and `stop`, tests and the lab:
 * `GET /status`, `GET /processes` (their states alone, at once), `POST /stop`, `POST /processes/:name/{start,stop,kill,pause,resume,roll}`, with `Authorization: Bearer <token>`.
 */
export class ControlServer {
  readonly #server: Server;
  readonly #sandbox: Controllable;
  readonly #token: string = randomBytes(24).toString('base64url');
  readonly #file: string;

  private constructor(sandbox: Controllable, runDirectory: string) {
    this.#sandbox = sandbox;
    this.#file = join(runDirectory, CONTROL_FILE);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async open(sandbox: Controllable, runDirectory: string): Promise<ControlServer> {
    const control = new ControlServer(sandbox, runDirectory);
    control.#server.listen(0, '127.0.0.1');
    await once(control.#server, 'listening');
    const { port } = control.#server.address() as AddressInfo;
    const address: ControlAddress = { pid: process.pid, port, token: control.#token };
    writeFileSync(control.#file, JSON.stringify(address), { mode: 0o600 });
    return control;
  }

  close(): void {
    rmSync(this.#file, { force: true });
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [status, body] = this.#mayEnter(request) ? await this.#route(request) : [401, { error: 'the token is missing or wrong' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ error: messageOf(error) }));
    }
  }

  #mayEnter({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    const expected = Buffer.from(`Bearer ${this.#token}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  async #route(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control');
    const call = `${request.method} ${pathname}`;
    if (call === 'GET /status') return [200, await this.#sandbox.status()];
    if (call === 'GET /processes') return [200, { processes: this.#sandbox.summary() }];
    if (call === 'POST /stop') {
      setImmediate(() => void this.#sandbox.stop());
      return [202, {}];
    }
    const [, name, action] = /^POST \/processes\/([^/]+)\/(\w+)$/.exec(call) ?? [];
    if (name === undefined || action === undefined || !isAction(action)) return [404, { error: `no such call: ${call}` }];
    const managed = this.#sandbox.process(decodeURIComponent(name));
    await ACTIONS[action](managed, searchParams);
    return [200, { name: managed.name, state: managed.state, pid: managed.running?.pid ?? null }];
  }
}

function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}
