import type { PoolClient } from 'pg';
import { noteRoute, noteShown } from '../metrics/monotonic-check';
import type { Replica } from '../replica/replica';
import type { Route, Router } from '../routing/router';
import type { ReadScope } from '../session/read-scope';
import { isServerFault } from './server-fault';

type Query = PoolClient['query'];
type Listener = (error: Error) => void;

/** Physical connections know the start of their server: one that was restarted may show less than before. */
const startOf = new WeakMap<PoolClient, string>();

/**
 * What a query runner of TypeORM reads through: a connection to the replica that was chosen. If its first query fails by the server's fault, it
 * is tried once more on the next candidate; a later one is not, for it may build on what went before.
 */
export class ReplicaConnection {
  readonly #listeners = new Set<Listener>();
  #client: PoolClient;
  #route: Route;
  #used = false;

  private constructor(
    private readonly router: Router,
    private readonly scope: ReadScope,
    private readonly master: () => Promise<PoolClient>,
    client: PoolClient,
    route: Route,
  ) {
    this.#client = client;
    this.#route = route;
  }

  /** @param master hands over a connection to the primary */
  static async open(router: Router, scope: ReadScope, master: () => Promise<PoolClient>): Promise<ReplicaConnection> {
    const { client, route } = await connect(router, scope, master);
    return new ReplicaConnection(router, scope, master, client, route);
  }

  /** As `pg` has it, also for streams. */
  readonly query = ((...args: Parameters<Query>): unknown => {
    const [first] = args;
    // A stream hands out rows as they come: nothing can be tried again.
    if (typeof first === 'object' && 'submit' in (first as object)) {
      this.#used = true;
      this.#note();
      return this.#client.query(...args);
    }
    return this.#run(args);
  }) as Query;

  on(_event: 'error', listener: Listener): this {
    this.#listeners.add(listener);
    this.#client.on('error', listener);
    return this;
  }

  removeListener(_event: 'error', listener: Listener): this {
    this.#listeners.delete(listener);
    this.#client.removeListener('error', listener);
    return this;
  }

  release(error?: Error): void {
    this.#note();
    this.#client.release(error);
  }

  async #run(args: Parameters<Query>): Promise<unknown> {
    const first = !this.#used;
    this.#used = true;
    try {
      const result: unknown = await this.#client.query(...args);
      this.#note();
      return result;
    } catch (error) {
      const { replica } = this.#route;
      if (!replica || !isServerFault(error)) throw error;
      replica.failed(error);
      if (!first) throw error;
      await this.#moveOn(replica, error as Error);
      const result: unknown = await this.#client.query(...args);
      this.#note();
      return result;
    }
  }

  /** From now on the session must not be shown less. */
  #note(): void {
    const { incarnation } = this.#route;
    if (!this.#used || incarnation === undefined) return;
    this.scope.session.shown.set(incarnation, performance.now());
    noteShown(this.scope.session, this.#route);
  }

  async #moveOn(from: Replica, error: Error): Promise<void> {
    for (const listener of this.#listeners) this.#client.removeListener('error', listener);
    this.#client.release(error);
    const { client, route } = await connect(this.router, this.scope, this.master, new Set([from]));
    this.#client = client;
    this.#route = route;
    for (const listener of this.#listeners) client.on('error', listener);
  }
}

/** Tries each candidate once; a connection that leads to another server than the route was made for is not the one that was asked for. */
async function connect(router: Router, scope: ReadScope, master: () => Promise<PoolClient>, failed: Set<Replica> = new Set()): Promise<{ client: PoolClient; route: Route }> {
  for (;;) {
    const route = await router.route(scope, failed);
    const { replica } = route;
    if (!replica) {
      noteRoute(scope, route);
      return { client: await master(), route };
    }
    try {
      const client = await replica.pool.connect();
      try {
        const start = await serverStart(client);
        if (route.incarnation === `${replica.name}@${start}`) {
          noteRoute(scope, route);
          return { client, route };
        }
      } catch (error) {
        client.release(error as Error);
        throw error;
      }
      client.release();
      await replica.watch.look(); // it was restarted since the last look
    } catch (error) {
      if (!isServerFault(error)) throw error;
      replica.failed(error);
      failed.add(replica);
    }
  }
}

async function serverStart(client: PoolClient): Promise<string> {
  const known = startOf.get(client);
  if (known !== undefined) return known;
  const { rows } = await client.query<{ start: string }>('SELECT pg_postmaster_start_time()::text AS start');
  const start = rows[0]?.start ?? '';
  startOf.set(client, start);
  return start;
}
