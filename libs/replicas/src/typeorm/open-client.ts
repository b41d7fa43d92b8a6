import type { PoolClient } from 'pg';
import type { Replica } from '../replica/replica';
import { noteRoute } from '../metrics/monotonic-check';
import { LIFE } from '../replica/sample';
import type { Route, Router } from '../routing/router';
import type { ReadScope } from '../session/read-scope';
import { firstQuestion } from './first-question';
import { isServerFault } from './server-fault';

export interface Opened {
  readonly client: PoolClient;
  readonly route: Route;
}

/** Hands over a connection to the primary. */
export type Primary = () => Promise<PoolClient>;

/** Physical connections know which life of their server they lead to: one that was restarted may show less than before. */
const incarnationOf = new WeakMap<PoolClient, string>();

/** Tries each candidate once; a connection that leads to another server than the route was made for is not the one that was asked for. */
export async function openClient(router: Router, scope: ReadScope, primary: Primary, failed: Set<Replica> = new Set()): Promise<Opened> {
  const astray = new Set<Replica>();
  for (;;) {
    const route = await router.route(scope, failed);
    const { replica } = route;
    if (!replica) {
      noteRoute(scope, route, router.onRead);
      return { client: await primary(), route };
    }
    try {
      const client = await replica.pool.connect();
      if (route.incarnation === (incarnationOf.get(client) ?? (await incarnationBehind(client, replica)))) {
        noteRoute(scope, route, router.onRead);
        return { client, route };
      }
      client.release(true); // it may be the older of the two
      // Twice in a row: its address leads to another server than the one that is watched.
      if (astray.has(replica)) failed.add(replica);
      astray.add(replica);
      await replica.watch.look();
    } catch (error) {
      if (!isServerFault(error)) throw error;
      if (!isBusy(replica)) replica.failed(error);
      failed.add(replica);
    }
  }
}

/** All its connections are in use: it is not dead, and this read goes elsewhere. */
function isBusy({ pool }: Replica): boolean {
  return pool.idleCount === 0 && pool.totalCount >= pool.options.max;
}

async function incarnationBehind(client: PoolClient, { name }: Replica): Promise<string> {
  const row = await firstQuestion<{ life: string }>(client, `SELECT ${LIFE} AS life`);
  const incarnation = `${name}@${row?.life ?? ''}`;
  incarnationOf.set(client, incarnation);
  return incarnation;
}
