import { setTimeout as sleep } from 'node:timers/promises';
import { Column, DataSource, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn, type QueryRunner, Tree, TreeChildren, TreeParent } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { ReplicaRouter } from '../src/index';
import { admin, DATABASE, replicasOf, until } from './counter';

@Entity('thread')
class Thread {
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  title!: string;

  @OneToMany(() => Reply, (reply) => reply.thread)
  replies!: Promise<Reply[]>;
}

@Entity('reply')
class Reply {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToOne(() => Thread, (thread) => thread.replies)
  @JoinColumn({ name: 'thread_id' })
  thread!: Promise<Thread>;
}

@Entity('topic')
@Tree('materialized-path')
class Topic {
  @PrimaryColumn('integer')
  id!: number;

  @TreeChildren()
  children!: Topic[];

  @TreeParent()
  parent!: Topic | null;
}

const SCHEMA = [
  'CREATE TABLE thread (id integer PRIMARY KEY, title text NOT NULL)',
  'CREATE TABLE reply (id integer PRIMARY KEY, thread_id integer NOT NULL REFERENCES thread)',
  "INSERT INTO thread SELECT n, 'thread ' || n FROM generate_series(1, 20) n",
  'INSERT INTO reply SELECT n, 1 + n % 20 FROM generate_series(1, 100) n',
  'CREATE TABLE topic (id integer PRIMARY KEY, "parentId" integer REFERENCES topic, mpath text)',
  "INSERT INTO topic VALUES (1, NULL, '1.'), (2, 1, '1.2.'), (3, 2, '1.2.3.')",
  "CREATE FUNCTION rename_thread(integer, text) RETURNS void LANGUAGE sql AS 'UPDATE thread SET title = $2 WHERE id = $1'",
];

let infra: Infra;
let router: ReplicaRouter;
let dataSource: DataSource;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await admin(infra.postgres.url(DATABASE), ...SCHEMA);
  router = new ReplicaRouter({ primary: { connectionString: infra.postgres.url(DATABASE) }, replicas: replicasOf(infra) });
  dataSource = await router
    .dataSource({ type: 'postgres', replication: { master: { url: infra.postgres.url(DATABASE) }, slaves: [] }, entities: [Thread, Reply, Topic] })
    .initialize();
  await until(() => router.cluster.replicas.every(({ state, watch }) => state === 'up' && (watch.latest?.lsn ?? 0n) >= (router.cluster.primary.latest?.lsn ?? 1n)));
});
afterAll(async () => {
  await dataSource?.destroy();
  await router?.close();
  await infra?.stop();
});

/** Where the reads of `work` went. */
async function targetsOf(work: () => Promise<unknown>, id = `reader-${Math.random()}`, level: 'monotonic' | 'session' = 'monotonic'): Promise<string[]> {
  return router.withConsistency(id, { level, timeoutMs: 2_000, onTimeout: 'fail' }, async ({ decisions }) => {
    await work();
    return decisions.map(({ target }) => target);
  });
}

const REPLICA = expect.stringMatching(/^replica-[12]$/) as string;
const threads = () => dataSource.getRepository(Thread);
const joined = () => threads().createQueryBuilder('thread').leftJoinAndSelect('thread.replies', 'reply').take(3);

async function slave(work: (runner: QueryRunner) => Promise<unknown>): Promise<void> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    await work(runner);
  } finally {
    await runner.release();
  }
}

describe('goes to one replica', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['find', () => threads().find()],
    ['findOneBy', () => threads().findOneBy({ id: 1 })],
    ['findAndCount', () => threads().findAndCount({ take: 5 })],
    ['the manager’s find', () => dataSource.manager.findBy(Thread, { id: 1 })],
    ['count', () => threads().count()],
    ['exists', () => threads().existsBy({ id: 1 })],
    ['sum', () => threads().sum('id')],
    ['a query builder', () => joined().getMany()],
    ['its page and count, three queries', () => joined().skip(1).getManyAndCount()],
    ['its count, with a subquery', () => threads().createQueryBuilder('t').where((query) => `t.id IN ${query.subQuery().select('other.id').from(Thread, 'other').getQuery()}`).getCount()],
    ['its existence', () => joined().getExists()],
    ['its raw results', () => threads().createQueryBuilder('thread').select('max(thread.id)').getRawOne()],
    ['both of them', () => joined().getRawAndEntities()],
    ['a common table expression', () => threads().createQueryBuilder('t').addCommonTableExpression('SELECT 1 AS n', 'one').getRawMany()],
    ['relations by queries of their own', () => threads().find({ relations: { replies: true }, relationLoadStrategy: 'query' })],
    ['a relation’s query builder', () => threads().createQueryBuilder().relation('replies').of(1).loadMany()],
    ['the roots of trees', () => dataSource.getTreeRepository(Topic).findRoots()],
    ['what is below in a tree', () => dataSource.getTreeRepository(Topic).findDescendantsTree(Object.assign(new Topic(), { id: 1 }))],
    ['a runner of the slaves', () => slave((runner) => runner.query('SELECT 1'))],
    ['its manager', () => slave(({ manager }) => manager.find(Thread))],
    ['its transaction', () => slave(async (runner) => {
      await runner.startTransaction('REPEATABLE READ');
      await runner.manager.find(Thread);
      await runner.commitTransaction();
    })],
    ['a cursor, in a snapshot', () => router.snapshot(dataSource, async (runner) => {
      await runner.query('DECLARE replies CURSOR FOR SELECT id FROM reply');
      expect(await runner.query('FETCH 10 FROM replies')).toHaveLength(10);
    })],
    ['router.query', () => router.query(dataSource, 'SELECT 1')],
  ])('%s', async (_name, read) => {
    expect(await targetsOf(read)).toEqual([REPLICA]);
  });

  it('a lazy relation, the one of its parent', async () => {
    const targets = await targetsOf(async () => (await threads().findOneByOrFail({ id: 3 })).replies);
    expect(targets).toEqual([REPLICA, REPLICA]);
    expect(targets[0]).toBe(targets[1]);
  });

  it('trees, the one of their roots', async () => {
    const targets = await targetsOf(() => dataSource.getTreeRepository(Topic).findTrees());
    expect(targets).toEqual([REPLICA, targets[0]]);
  });

  it('a stream, which gives its connection back at its end', async () => {
    let rows = 0;
    const targets = await targetsOf(async () => {
      const stream = await dataSource.getRepository(Reply).createQueryBuilder('reply').stream();
      for await (const row of stream) rows += row ? 1 : 0;
    }, 'streamer');
    expect([rows, targets]).toEqual([100, [REPLICA]]);
    expect(router.cluster.replicas.every(({ pool }) => pool.totalCount === pool.idleCount)).toBe(true);
    // What it has shown is a mark like any other.
    expect([...router.scope('streamer').session.shown.values()].every(Number.isFinite)).toBe(true);
  });

  it('a snapshot, which does not see what is written meanwhile', async () => {
    const titles: string[] = [];
    let refused: unknown;
    const read = () =>
      router.snapshot(dataSource, async ({ manager }) => {
        titles.push((await manager.findOneByOrFail(Thread, { id: 4 })).title);
        await admin(infra.postgres.url(DATABASE), "UPDATE thread SET title = 'changed' WHERE id = 4");
        await sleep(100);
        titles.push((await manager.findOneByOrFail(Thread, { id: 4 })).title);
        refused = await manager.query("UPDATE thread SET title = 'x'").catch(String);
      });
    expect(await targetsOf(read)).toEqual([REPLICA]);
    expect([titles, refused]).toEqual([['thread 4', 'thread 4'], expect.stringContaining('read-only')]);
    expect((await threads().findOneByOrFail({ id: 4 })).title).toBe('changed');
  });
});

describe('goes to the primary', () => {
  it('whatever another repository reads while a transaction is under way, and no more once it has ended', async () => {
    const targets = await targetsOf(async () => {
      await dataSource.transaction(async () => threads().findOneBy({ id: 1 }));
      await dataSource.transaction(async () => { throw new Error('rolled back'); }).catch(() => undefined);
      await threads().findOneBy({ id: 1 });
    });
    expect(targets).toEqual(['primary', REPLICA]);
  });

  it('the same within a scope in a transaction, after a savepoint was rolled back, and by a runner', async () => {
    const targets = await targetsOf(async () => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.startTransaction();
      await runner.rollbackTransaction();
      await router.withConsistency('inner', {}, async ({ decisions }) => {
        await threads().findOneBy({ id: 1 });
        expect(decisions.map(({ target }) => target)).toEqual(['primary']);
      });
      await threads().findOneBy({ id: 1 });
      await runner.rollbackTransaction();
      await runner.release();
    });
    expect(targets).toEqual(['primary']);
  });

  it('also outside of any scope', async () => {
    const where = await dataSource.transaction(async () => threads().createQueryBuilder('t').select('pg_is_in_recovery()', 'standby').limit(1).getRawOne<{ standby: boolean }>());
    expect(where).toEqual({ standby: false });
    expect(await threads().createQueryBuilder('t').select('pg_is_in_recovery()', 'standby').limit(1).getRawOne()).toEqual({ standby: true });
  });

  it('a lock, and a function that writes: a replica refuses them', async () => {
    const lock = () => threads().createQueryBuilder('thread').setLock('pessimistic_write').where('id = 1').getRawOne();
    expect(await targetsOf(lock)).toEqual([REPLICA, 'primary']);
    expect(await targetsOf(() => threads().createQueryBuilder('t').select("rename_thread(5, 'renamed')").limit(1).getRawOne())).toEqual([REPLICA, 'primary']);
    expect((await dataSource.query<{ title: string }[]>('SELECT title FROM thread WHERE id = 5'))[0]?.title).toBe('renamed');
  });

  it('but not what says that it only reads', async () => {
    await expect(router.query(dataSource, "SELECT rename_thread(6, 'renamed')")).rejects.toThrow('read-only');
    const onPrimary = router.withConsistency('strong', { level: 'strong' }, () => router.query(dataSource, "SELECT rename_thread(6, 'renamed')"));
    await expect(onPrimary).rejects.toThrow('read-only');
    expect(await router.withConsistency('strong', { level: 'strong' }, () => router.query(dataSource, 'SELECT $1::integer AS n', [7]))).toEqual([{ n: 7 }]);
  });
});

describe('is seen by the session that has written it, however it was written', () => {
  let n = 100;
  it.each<[string, (id: number) => Promise<unknown>]>([
    ['save', (id) => threads().save({ id, title: 'new' })],
    ['a statement alone', (id) => dataSource.query("INSERT INTO thread VALUES ($1, 'new')", [id])],
    ['a CTE', (id) => dataSource.query("WITH added AS (INSERT INTO thread VALUES ($1, 'new') RETURNING id) SELECT count(*) FROM added", [id])],
    ['a function', (id) => dataSource.query('SELECT rename_thread(1, $1::text)', [String(id)]).then(() => threads().insert({ id, title: 'new' }))],
    ['several statements in one message', (id) => dataSource.query(`SELECT 1; INSERT INTO thread VALUES (${id}, 'new')`)],
    ['a block', (id) => dataSource.query(`DO $$ BEGIN INSERT INTO thread VALUES (${id}, 'new'); END $$`)],
    ['a transaction with a savepoint', (id) => dataSource.transaction((outer) => outer.transaction((inner) => inner.insert(Thread, { id, title: 'new' })))],
    ['BEGIN and COMMIT as text', async (id) => {
      const runner = dataSource.createQueryRunner();
      for (const sql of ['begin', `INSERT INTO thread VALUES (${id}, 'new')`, 'commit;']) await runner.query(sql);
      await runner.release();
    }],
    ['somebody else, which it learns from the primary’s refusal', async (id) => {
      await admin(infra.postgres.url(DATABASE), `INSERT INTO thread VALUES (${id}, 'new')`);
      await expect(threads().insert({ id, title: 'mine' })).rejects.toThrow('duplicate key');
    }],
  ])('%s', async (_name, write) => {
    for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), 'SELECT pg_wal_replay_pause()');
    const resumed = sleep(60).then(() => Promise.all(infra.postgres.replicas.map(({ adminUrl }) => admin(adminUrl(), 'SELECT pg_wal_replay_resume()'))));
    n += 1;
    let found: unknown;
    const targets = await targetsOf(async () => {
      await write(n);
      found = await threads().findOneBy({ id: n });
    }, `writer-${n}`, 'session');
    await resumed;
    expect([found, targets]).toEqual([expect.objectContaining({ id: n }), [REPLICA]]);
  });
});

it('what the primary has shown is not taken back by a replica', async () => {
  for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), 'SELECT pg_wal_replay_pause()');
  const resumed = sleep(60).then(() => Promise.all(infra.postgres.replicas.map(({ adminUrl }) => admin(adminUrl(), 'SELECT pg_wal_replay_resume()'))));
  await admin(infra.postgres.url(DATABASE), "UPDATE thread SET title = 'newer' WHERE id = 8");
  const titles: (string | undefined)[] = [];
  const targets = await targetsOf(async () => {
    titles.push((await dataSource.query<{ title: string }[]>('SELECT title FROM thread WHERE id = 8'))[0]?.title);
    titles.push((await threads().findOneByOrFail({ id: 8 })).title);
  });
  await resumed;
  expect([titles, targets]).toEqual([['newer', 'newer'], [REPLICA]]);
});
