import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { passKey, TICKET_KEY } from '../rooms';
import type { Answered, Asked, Control } from './messages';

const PASS_KEY = JSON.stringify(passKey());
/** Far more than any call may take: whatever is answered later hangs. */
const HANGS_MS = 5_000;

/** Where the parts are. */
export interface Addresses {
  readonly postgres: string;
  readonly valkey: string;
}

/** A process that manages rooms, as its callers see it. */
export class Gate {
  /** How long the slowest answer took, in milliseconds. */
  slowestMs = 0;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, (answered: Answered) => void>();
  #last = 0;

  private constructor(addresses: Addresses, control: Control | '') {
    this.#child = spawn(process.execPath, ['-r', join(__dirname, '../../../service-kit/test/ts-hook.cjs'), join(__dirname, 'gate-main.ts')], {
      env: { PATH: process.env['PATH'], POSTGRES: addresses.postgres, VALKEY: addresses.valkey, TICKET_KEY, PASS_KEY, CONTROL: control },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (answered: Answered) => {
      this.#asked.get(answered.id)?.(answered);
      this.#asked.delete(answered.id);
    });
    this.#child.once('exit', () => {
      for (const [id, answer] of this.#asked) answer(gone(id));
      this.#asked.clear();
    });
  }

  static async start(addresses: Addresses, control: Control | '' = ''): Promise<Gate> {
    const gate = new Gate(addresses, control);
    await once(gate.#child, 'message');
    return gate;
  }

  /** Never rejects but for a hang: what went wrong is in the answer. */
  ask(asked: Omit<Asked, 'id'>): Promise<Answered> {
    if (!this.#child.connected) return Promise.resolve(gone(0));
    const id = ++this.#last;
    const askedAt = performance.now();
    return new Promise((resolve, reject) => {
      const hangs = setTimeout(() => reject(new Error(`${asked.operation} hangs`)), HANGS_MS);
      this.#asked.set(id, (answered) => {
        clearTimeout(hangs);
        this.slowestMs = Math.max(this.slowestMs, performance.now() - askedAt);
        resolve(answered);
      });
      this.#child.send({ ...asked, id }, (error) => {
        if (error) this.#asked.get(id)?.(gone(id)); // it died under this very call
      });
    });
  }

  async configure(room: string, settings: NonNullable<Asked['settings']>): Promise<void> {
    const { error } = await this.ask({ operation: 'configure', room, settings });
    if (error) throw new Error(error.message);
  }

  /** SIGKILL, in the middle of whatever it does. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

function gone(id: number): Answered {
  return { id, at: Date.now(), error: { code: 'GATE_GONE', message: 'The gate is dead.' } };
}
