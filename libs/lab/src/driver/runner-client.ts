import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LabError, messageOf } from '../lab.error';

export type ProcessAction = 'start' | 'stop' | 'kill' | 'pause' | 'resume';

/** Of a process's state, what the lab needs. */
export interface LabProcess {
  readonly name: string;
  readonly kind: 'service' | 'job';
  readonly state: string;
}

/** A start waits for health, which may take so long. */
const PATIENCE_MS = 90_000;
const Address = z.object({ port: z.int(), token: z.string() });
const Status = z.object({ processes: z.array(z.object({ name: z.string(), kind: z.enum(['service', 'job']), state: z.string() })) });
const Refusal = z.object({ error: z.string() });

/** Speaks to the runner of the sandbox (`infra/sandbox/control-server.ts`), where its file says that it listens. */
export class RunnerClient {
  constructor(private readonly file: string) {}

  async processes(): Promise<readonly LabProcess[]> {
    return Status.parse(await this.call('GET', '/processes')).processes;
  }

  /** @param query as in `?restart=false` of a kill: it stays down */
  async act(name: string, action: ProcessAction, query = ''): Promise<void> {
    // Names of dots are no names to a URL: `/processes/../stop` is the call that stops the whole sandbox.
    if (/^\.*$/.test(name)) throw new LabError('unknown-process', `There is no process "${name}".`);
    await this.call('POST', `/processes/${encodeURIComponent(name)}/${action}${query}`);
  }

  private async call(method: string, path: string): Promise<unknown> {
    const { port, token } = await this.address();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: unknown) => {
      throw new LabError('unavailable', `The runner does not answer (${messageOf(error)}). npm run status tells whether it runs.`, { cause: error });
    });
    const body: unknown = await response.json();
    if (response.ok) return body;
    const { error } = Refusal.catch({ error: `the runner answers ${response.status}` }).parse(body);
    throw new LabError(error.startsWith('There is no process') ? 'unknown-process' : 'refused', error);
  }

  /** Read anew each time: another runner has another token. */
  private async address(): Promise<z.output<typeof Address>> {
    try {
      return Address.parse(JSON.parse(await readFile(this.file, 'utf8')));
    } catch (error) {
      throw new LabError('unavailable', `${this.file} cannot be read: no sandbox runs there. npm start starts one.`, { cause: error });
    }
  }
}
