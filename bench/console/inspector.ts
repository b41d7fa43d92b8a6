import { once } from 'node:events';
import { z } from 'zod';
import { waitUntil } from '../../infra/core/wait-until.ts';

/** Where Node opens its inspector on SIGUSR1. */
const ADDRESS = 'http://127.0.0.1:9229/json';
const OPENS_MS = 10_000;
const Targets = z.array(z.object({ webSocketDebuggerUrl: z.url() })).min(1);
const Answer = z.object({ id: z.number(), result: z.record(z.string(), z.unknown()).optional(), error: z.unknown().optional() });

/** A Node process as its inspector shows it, one question at a time. */
export class Inspector {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Of a process of this machine; only one at a time may have its inspector open. */
  static async of(pid: number): Promise<Inspector> {
    process.kill(pid, 'SIGUSR1');
    const url = await waitUntil(async () => Targets.parse(await (await fetch(ADDRESS)).json())[0]?.webSocketDebuggerUrl, { what: `the inspector of ${pid}`, timeoutMs: OPENS_MS });
    const socket = new WebSocket(String(url));
    await once(socket, 'open');
    return new Inspector(socket);
  }

  async call(method: string): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    this.#socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [event] = (await once(this.#socket, 'message')) as [{ readonly data: string }];
      const answer = Answer.safeParse(JSON.parse(event.data));
      if (!answer.success || answer.data.id !== id) continue;
      if (!answer.data.result) throw new Error(`${method}: ${JSON.stringify(answer.data.error)}`);
      return answer.data.result;
    }
  }

  close(): void {
    this.#socket.close();
  }
}
