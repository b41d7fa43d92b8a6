import { join } from 'node:path';
import { messageOf, UserFacingError } from '../core/user-facing-error.ts';
import { ControlClient, runnerOf } from './control-client.ts';
import { loadSecrets } from './secrets.ts';
import { databases } from './services.ts';

/** Longer than the service itself waits for Kafka, and than one request may replay. */
const TIMEOUT_MS = 30_000;

/** A letter as the relay's API shows it; the fields that a person needs. */
export interface Letter {
  readonly id: string;
  readonly state: string;
  readonly code: string;
  readonly cause: string;
  readonly key: string | null;
  readonly attempt: number;
  readonly deadAt: string;
  readonly replayRequestedAt: string | null;
}

export interface AuditEntry {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly letter: string;
  readonly reason: string | null;
}

export interface LetterDetail extends Letter {
  readonly value: { readonly encoding: string; readonly content: string; readonly bytes: number; readonly truncated: boolean } | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly earlier: readonly string[];
  readonly audit: readonly AuditEntry[];
}

export interface ReplayReport {
  readonly replayed: number;
  readonly heldBack: number;
  readonly failed: readonly { readonly id: string; readonly detail: string }[];
  readonly remaining: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly unindexed?: number;
}

/** The dead letters' desk of a running sandbox, opened with the admin token that lies with its data. */
export class DeskClient {
  readonly #base: string;
  readonly #token: string;

  private constructor(port: number, token: string) {
    this.#base = `http://127.0.0.1:${port}/dead-letters`;
    this.#token = token;
  }

  /** @throws UserFacingError if nothing runs there */
  static async of(stateDirectory: string): Promise<DeskClient> {
    if (!runnerOf(stateDirectory)) throw new UserFacingError('The sandbox does not run. npm start starts it.');
    const { processes } = await new ControlClient(stateDirectory).status();
    // The runner knows; this command may have been given other settings than `npm start` was.
    const port = processes.find(({ name }) => name === 'relay')?.port;
    if (!port) throw new UserFacingError('This sandbox has no relay, which keeps the dead letters.');
    return new DeskClient(port, loadSecrets(join(stateDirectory, 'secrets.json'), databases).adminToken);
  }

  get<Body>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<Body> {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) given.set(name, value);
    }
    return this.#call('GET', `${path}?${given.toString()}`);
  }

  post<Body>(path: string, body: object): Promise<Body> {
    return this.#call('POST', path, JSON.stringify(body));
  }

  /** @throws UserFacingError with what the service says is wrong */
  async #call<Body>(method: string, path: string, body?: string): Promise<Body> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(this.#base + path, { method, headers, signal, ...(body === undefined ? {} : { body }) });
      const answer: unknown = await response.json();
      if (!response.ok) throw new UserFacingError(explained(answer as Problem));
      return answer as Body;
    } catch (error) {
      if (error instanceof UserFacingError) throw error;
      throw new UserFacingError(`The relay does not answer (${messageOf(error)}). npm run status shows it; then ask again.`, { cause: error });
    }
  }
}

interface Problem {
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
}

function explained({ title, detail, errors = [] }: Problem): string {
  return [`${title}: ${detail ?? ''}`, ...errors.map((fault) => `  ${fault.field} ${fault.detail}`)].join('\n');
}
