import type { PoolClient, QueryConfig } from 'pg';
import { noteRoute, noteShown } from '../metrics/monotonic-check';
import type { Replica } from '../replica/replica';
import type { Route, Router } from '../routing/router';
import type { ReadScope } from '../session/read-scope';
import { callingBack, isSubmittable } from './calling-back';
import { openClient, type Opened, type Primary } from './open-client';
import { endStreams, failStreams, openStream } from './open-streams';
import { isRecoveryConflict, isServerFault, needsPrimary } from './server-fault';

type Query = PoolClient['query'];
type Listener = (error: Error) => void;

/**
 * What a query runner of TypeORM reads through: a connection to the replica that was chosen. If its first query fails by the server's fault, it
 * is tried once more on the next candidate; a later one is not, for it may build on what went before.
 */
export class ReplicaConnection {
  readonly #listeners = new Set<Listener>();
  #client!: PoolClient;
  #route!: Route;
  #used = false;
  #busy = false;
  #broken: Error | undefined;
  #released = false;
  /** Between two connections there is none, also where opening the next one has failed: what was let go is another reader's. */
  #held = false;

  private constructor(
    private readonly router: Router,
    private readonly scope: ReadScope,
    private readonly primary: Primary,
    opened: Opened,
  ) {
    this.#take(opened);
  }

  static async open(router: Router, scope: ReadScope, primary: Primary): Promise<ReplicaConnection> {
    return new ReplicaConnection(router, scope, primary, await openClient(router, scope, primary));
  }

  /** As `pg` has it, also for streams. */
  readonly query = ((...args: Parameters<Query>): unknown => {
    if (!isSubmittable(args[0])) return callingBack(args, (plain) => this.#run(plain as Parameters<Query>));
    this.#used = true; // what it has handed out cannot be asked for again
    this.#assertHeld();
    const { replica, incarnation } = this.#route;
    if (replica && incarnation !== undefined) openStream(this.#client, args[0], this.scope.session, incarnation); // the primary's are `captureWrites`'
    noteShown(this.scope.session, this.#route);
    return this.#client.query(...args);
  }) as Query;

  on(_event: 'error', listener: Listener): this {
    this.#listeners.add(listener);
    return this;
  }

  removeListener(_event: 'error', listener: Listener): this {
    this.#listeners.delete(listener);
    return this;
  }

  release(error?: Error): void {
    if (this.#released) return;
    this.#released = true;
    this.#letGo(error);
  }

  async #run(args: Parameters<Query>): Promise<unknown> {
    const first = !this.#used;
    this.#used = true;
    try {
      return await this.#ask(args);
    } catch (error) {
      const { replica } = this.#route;
      // Whatever state it is in (a transaction that could not be ended, an answer still to come), nobody gets it again.
      const faulty = isServerFault(error);
      if (faulty) this.#broken ??= error as Error;
      if (!replica) throw error;
      const writes = needsPrimary(error) && !this.scope.readOnly;
      if (faulty && !isRecoveryConflict(error)) replica.failed(error);
      if (!first || this.#released || !(writes || faulty)) throw error;
      await this.#moveOn(replica, writes, faulty ? (error as Error) : undefined);
      return await this.#run(args); // as a later one: not a third time
    }
  }

  async #ask(args: Parameters<Query>): Promise<unknown> {
    this.#assertHeld();
    this.#busy = true;
    try {
      const result: unknown = await (this.scope.readOnly && !this.#route.replica ? askReadOnly(this.#client, args) : ask(this.#client, args));
      this.#note(performance.now());
      return result;
    } finally {
      this.#busy = false;
    }
  }

  /** From now on the session must not be shown less. */
  #note(at: number): void {
    const { incarnation } = this.#route;
    if (incarnation === undefined) return;
    this.scope.session.haveBeenShown(incarnation, at);
    noteShown(this.scope.session, this.#route);
  }

  async #moveOn(from: Replica, toPrimary: boolean, error: Error | undefined): Promise<void> {
    this.#letGo(error);
    if (toPrimary) {
      const route = this.router.primary('write');
      noteRoute(this.scope, route, this.router.onRead);
      this.#take({ client: await this.primary(), route });
    } else {
      this.#take(await openClient(this.router, this.scope, this.primary, new Set([from])));
    }
    if (this.#released) this.#letGo(); // by TypeORM, meanwhile
  }

  #take({ client, route }: Opened): void {
    this.#client = client;
    this.#held = true;
    this.#route = route;
    this.#broken = undefined;
    client.on('error', this.#onError);
  }

  #letGo(error?: Error): void {
    if (!this.#held) return;
    this.#held = false;
    this.#client.removeListener('error', this.#onError);
    this.scope.transactions.delete(this.#client);
    endStreams(this.#client);
    this.#client.release(error ?? this.#broken);
  }

  /** Where moving on has failed there is none. @throws */
  #assertHeld(): void {
    if (!this.#held) throw this.#broken ?? new Error('This query runner has lost its connection: release it, and take another one.');
  }

  /** While a query is under way it fails too, and may be tried elsewhere: TypeORM would give the runner up. */
  readonly #onError = (error: Error): void => {
    this.#broken = error;
    failStreams(this.#client, error);
    if (!this.#busy) for (const listener of this.#listeners) listener(error);
  };
}

function ask(client: PoolClient, args: Parameters<Query>): Promise<unknown> {
  const [text, values] = args;
  return client.query(text, values);
}

/** Prepared, so that the text is one statement: none after a COMMIT that it might hold. */
async function askReadOnly(client: PoolClient, [text, values]: Parameters<Query>): Promise<unknown> {
  await client.query('BEGIN READ ONLY');
  try {
    const result: unknown = await client.query({ text, values: (values ?? []) as unknown[], queryMode: 'extended' } as QueryConfig);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
