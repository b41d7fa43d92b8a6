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
  /** Reads by primary key, one after the other, of the n-th request. */
  request(n: number): Promise<void>;
  readonly readsARequest: number;
}

export interface Source {
  /** A request is one scope, where there are scopes. */
  reader(readsARequest: number): Reader;
  close(): Promise<void>;
}

export interface RoutedSource extends Source {
  readonly router: ReplicaRouter;
  readonly dataSource: DataSource;
}

/** TypeORM's own replication: any replica, each time. */
export async function plain(infra: Infra): Promise<Source> {
  return sourceOf(await new DataSource(optionsOf(infra, infra.postgres.replicas.map(({ url }) => url(DATABASE)))).initialize());
}

export async function primaryOnly(infra: Infra): Promise<Source> {
  return sourceOf(await new DataSource({ type: 'postgres', url: infra.postgres.url(DATABASE), entities: [Post], poolSize: POOL }).initialize());
}

export async function routed(infra: Infra): Promise<RoutedSource> {
  const { ReplicaRouter } = await compiledLibrary<Replicas>('replicas');
  const replicas = infra.postgres.replicas.map(({ name, url }) => ({ name, pool: { connectionString: url(DATABASE), max: POOL } }));
  const router = new ReplicaRouter({ primary: { connectionString: infra.postgres.url(DATABASE) }, replicas });
  const dataSource = await router.dataSource(optionsOf(infra, [])).initialize();
  while (router.cluster.replicas.some(({ state }) => state !== 'up')) await sleep(10);
  const { reader } = sourceOf(dataSource);
  return {
    router,
    dataSource,
    reader: (readsARequest) => {
      const { request } = reader(readsARequest);
      return { request: (n) => router.withConsistency(`session-${n % SESSIONS}`, { level: 'monotonic' }, () => request(n)), readsARequest };
    },
    close: async () => {
      await dataSource.destroy();
      await router.close();
    },
  };
}

function sourceOf(dataSource: DataSource): Source {
  const posts = dataSource.getRepository(Post);
  const reader = (readsARequest: number): Reader => ({
    readsARequest,
    request: async (n) => {
      for (let i = 0; i < readsARequest; i++) if (!(await posts.findOneBy({ id: (n + i) % POSTS }))) throw new Error('A post is missing.');
    },
  });
  return { reader, close: () => dataSource.destroy() };
}

function optionsOf(infra: Infra, slaves: readonly string[]): DataSourceOptions {
  return { type: 'postgres', replication: { master: { url: infra.postgres.url(DATABASE) }, slaves: slaves.map((url) => ({ url })) }, entities: [Post], poolSize: POOL };
}
