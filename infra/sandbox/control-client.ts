import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { lockHolder } from '../process/pid-lock.mjs';
import type { ProcessIdentity } from '../process/process-identity.mjs';
import { CONTROL_FILE, type ControlAddress } from './control-server.ts';
import type { SandboxStatus } from './status.ts';

/** The runner that has a state directory. @returns undefined when none runs there */
export function runnerOf(stateDirectory: string): ProcessIdentity | undefined {
  return lockHolder(join(stateDirectory, 'run', 'lock'));
}

/** Speaks to a running runner. */
export class ControlClient {
  readonly #address: ControlAddress;

  /** @throws when there is no runner, or it does not listen yet */
  constructor(stateDirectory: string) {
    this.#address = JSON.parse(readFileSync(join(stateDirectory, 'run', CONTROL_FILE), 'utf8')) as ControlAddress;
  }

  status(): Promise<SandboxStatus> {
    return this.#call<SandboxStatus>('GET', '/status');
  }

  async stop(): Promise<void> {
    await this.#call('POST', '/stop');
  }

  /** @param action start, stop, kill, pause, resume or roll */
  async process(name: string, action: string, query = ''): Promise<{ name: string; state: string; pid: number | null }> {
    return this.#call('POST', `/processes/${encodeURIComponent(name)}/${action}${query}`);
  }

  #call<Body>(method: string, path: string): Promise<Body> {
    const { port, token } = this.#address;
    return new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, method, path, headers: { authorization: `Bearer ${token}` } }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          const body = JSON.parse(text) as Body & { error?: string };
          if ((response.statusCode ?? 500) < 400) resolve(body);
          else reject(new Error(body.error ?? `the runner answers ${response.statusCode}`));
        });
      });
      call.on('error', reject);
      call.end();
    });
  }
}
