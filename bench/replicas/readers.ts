import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { ReplicaRouter } from '@madang/replicas';
import type { Infra } from '../../infra/test-infra.ts';
import { compiledLibrary } from '../compiled-library.ts';
import { DATABASE, Post, POSTS } from './database.ts';

/** Connections a server, whoever holds them. */
const POOL = 20;
/** Consistency ids that take turns. */
export const SESSIONS = 200;

type Replicas = typeof import('@madang/replicas');

export interface Reader {
  /** One read by primary key, of the n-th session. */
  read(n: number): Promise<void>;
  close(): Promise<void>;
}

export interface RoutedReader extends Reader {
  readonly router: ReplicaRouter;
  readonly dataSource: DataSource;
}

/** TypeORM's own replication: any replica, each time. */
export async function plainReader(infra: Infra): Promise<Reader> {
  return readerOf(await new DataSource(optionsOf(infra, infra.postgres.replicas.map(({ url }) => url(DATABASE)))).initialize());
}

export async function primaryReader(infra: Infra): Promise<Reader> {
  return readerOf(await new DataSource({ type: 'postgres', url: infra.postgres.url(DATABASE), entities: [Post], poolSize: POOL }).initialize());
}

/** A scope a read, as in a request that reads once: the dearest way to use it. */
export async function routedReader(infra: Infra): Promise<RoutedReader> {
  const { ReplicaRouter } = await compiledLibrary<Replicas>('replicas');
  const replicas = infra.postgres.replicas.map(({ name, url }) => ({ name, pool: { connectionString: url(DATABASE), max: POOL } }));
  const router = new ReplicaRouter({ primary: { connectionString: infra.postgres.url(DATABASE) }, replicas });
  const dataSource = await router.dataSource(optionsOf(infra, [])).initialize();
  while (router.cluster.replicas.some(({ state }) => state !== 'up')) await sleep(10);
  const posts = dataSource.getRepository(Post);
  return {
    router,
    dataSource,
    read: (n) =>
      router.withConsistency(`session-${n % SESSIONS}`, { level: 'monotonic' }, async () => {
        check(await posts.findOneBy({ id: n % POSTS }));
      }),
    close: async () => {
      await dataSource.destroy();
      await router.close();
    },
  };
}

function readerOf(dataSource: DataSource): Reader {
  const posts = dataSource.getRepository(Post);
  return { read: async (n) => check(await posts.findOneBy({ id: n % POSTS })), close: () => dataSource.destroy() };
}

function optionsOf(infra: Infra, slaves: readonly string[]): DataSourceOptions {
  return { type: 'postgres', replication: { master: { url: infra.postgres.url(DATABASE) }, slaves: slaves.map((url) => ({ url })) }, entities: [Post], poolSize: POOL };
}

function check(post: Post | null): void {
  if (!post) throw new Error('A post is missing.');
}
