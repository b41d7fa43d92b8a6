import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LabError, messageOf } from '../lab.error';

/** What a service tells of its lab. */
export const LabState = z.object({ switches: z.record(z.string(), z.string()), faults: z.record(z.string(), z.number()) });
export type LabState = z.output<typeof LabState>;

/** A service that was killed is back within some seconds: so long a change waits for it. */
const PATIENCE_MS = 15_000;
const CALL_MS = 3_000;
const AGAIN_MS = 200;

/** Speaks to the lab end points of the services. */
export class ServiceClient {
  /** @param urls by name; other nodes of a service are named `<service>-2`, … */
  constructor(
    private readonly urls: ReadonlyMap<string, string>,
    private readonly adminToken: string,
  ) {}

  /** Of each node of a service. @throws LabError if one does not answer */
  async states(service: string): Promise<readonly LabState[]> {
    return Promise.all(this.nodesOf(service).map(async ([name, url]) => LabState.parse(await (await this.call(name, `${url}/lab/switches`)).json())));
  }

  /** Tells all nodes of a service, and waits for one that is being started. */
  async put(service: string, path: string, body: object): Promise<void> {
    await Promise.all(this.nodesOf(service).map(([name, url]) => this.insist(name, `${url}/lab/${path}`, { method: 'PUT', body: JSON.stringify(body) })));
  }

  private nodesOf(service: string): [string, string][] {
    const nodes = [...this.urls].filter(([name]) => name === service || (name.startsWith(`${service}-`) && /^\d+$/.test(name.slice(service.length + 1))));
    if (nodes.length === 0) throw new LabError('misconfigured', `LAB_SERVICE_URLS does not say where ${service} is.`);
    return nodes;
  }

  private async insist(name: string, url: string, init: RequestInit): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await (await this.call(name, url, init)).body?.cancel();
        return;
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'unavailable' || Date.now() > deadline) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }

  private async call(name: string, url: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.adminToken}`, 'content-type': 'application/json' };
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(CALL_MS) }).catch((error: unknown) => {
      throw new LabError('unavailable', `${name} does not answer (${messageOf(error)}). npm run logs -- ${name} may say why.`, { cause: error });
    });
    if (response.ok) return response;
    const { detail, title } = Problem.catch({}).parse(await response.json().catch(() => ({})));
    if (response.status === 503) throw new LabError('unavailable', `${name} answers 503: ${detail ?? title ?? 'not ready'}`);
    throw new LabError('refused', `${name} answers ${response.status} to ${new URL(url).pathname}: ${detail ?? title ?? 'no lab there; it exists with MADANG_LAB=1 only'}`);
  }
}

const Problem = z.object({ detail: z.string(), title: z.string() }).partial();
