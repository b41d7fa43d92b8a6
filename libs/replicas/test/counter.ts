import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Column, DataSource, type DataSourceOptions, Entity, PrimaryColumn } from 'typeorm';
import { ReplicaRouter, type ReplicaRouterOptions } from '../src/index';

/** What `startInfra()` of infra gives, as far as it is used here: a library's helper does not depend on infra. */
export interface Server {
  adminUrl(database?: string): string;
  url(database: string): string;
  readonly port: number;
}

export interface Infra {
  readonly postgres: Server & { readonly replicas: readonly (Server & { readonly name: string })[] };
  process(name: string): Record<'start' | 'kill' | 'pause' | 'resume', () => Promise<void>>;
}

@Entity('counter')
export class Counter {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer')
  value!: number;
}

export const DATABASE = 'board';

/** A table of counters that only grow: a value that is less than one seen before is a step back in time. */
export async function prepareCounters(infra: Infra, counters: number): Promise<void> {
  await admin(infra.postgres.url(DATABASE), 'CREATE TABLE counter (id integer PRIMARY KEY, value integer NOT NULL)', `INSERT INTO counter SELECT n, 0 FROM generate_series(0, ${counters - 1}) AS n`);
  for (const replica of infra.postgres.replicas) {
    while ((await admin(replica.adminUrl(DATABASE), "SELECT count(*)::text AS count FROM pg_tables WHERE tablename = 'counter'"))[0]?.['count'] !== '1') await sleep(50);
  }
}

export async function admin(url: string, ...statements: readonly string[]): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, string>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** The replica shows everything so much later. */
export async function delay(url: string, ms: number): Promise<void> {
  await admin(url, `ALTER SYSTEM SET recovery_min_apply_delay = ${ms}`, 'SELECT pg_reload_conf()');
}

export function replicasOf(infra: Infra): ReplicaRouterOptions['replicas'] {
  return infra.postgres.replicas.map(({ name, url }) => ({ name, pool: { connectionString: url(DATABASE), max: 10 } }));
}

export function primaryOptions(infra: Infra, slaves: readonly string[] = [], url = infra.postgres.url(DATABASE)): DataSourceOptions {
  return {
    type: 'postgres',
    replication: { master: { url }, slaves: slaves.map((slave) => ({ url: slave })) },
    entities: [Counter],
    poolSize: 10,
  };
}

export async function routed(infra: Infra, options: Partial<ReplicaRouterOptions> = {}, up = 2): Promise<{ router: ReplicaRouter; dataSource: DataSource; close(): Promise<void> }> {
  const router = new ReplicaRouter({ primary: { connectionString: infra.postgres.url(DATABASE) }, replicas: replicasOf(infra), ...options });
  const { connectionString = infra.postgres.url(DATABASE) } = options.primary ?? {};
  const dataSource = await router
    .dataSource(primaryOptions(infra, [], connectionString))
    .initialize()
    .catch(async (error: unknown) => {
      await router.close();
      throw error;
    });
  await until(() => router.cluster.replicas.filter(({ state }) => state === 'up').length >= up);
  return {
    router,
    dataSource,
    close: async () => {
      await dataSource.destroy();
      await router.close();
    },
  };
}

export async function until(holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to hold in time.');
    await sleep(10);
  }
}
