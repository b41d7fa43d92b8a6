import { Column, DataSource, Entity, type EntitySubscriberInterface, EventSubscriber, type InsertEvent, JoinColumn, ManyToOne, type MigrationInterface, OneToMany, PrimaryColumn, type QueryRunner, VersionColumn } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { ReplicaRouter } from '../src/index';
import { admin, DATABASE, replicasOf, until } from './counter';

@Entity('author')
class Author {
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  name!: string;

  @VersionColumn()
  version!: number;

  @OneToMany(() => Book, (book) => book.author)
  books!: Promise<Book[]>;
}

@Entity('book')
class Book {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToOne(() => Author, (author) => author.books)
  @JoinColumn({ name: 'author_id' })
  author!: Promise<Author>;
}

/** Before author 201 is written it looks for author 200: in the transaction, and beside it. */
@EventSubscriber()
class Reader implements EntitySubscriberInterface<Author> {
  static found: unknown[] = [];

  listenTo(): typeof Author {
    return Author;
  }

  async beforeInsert({ manager, dataSource: source, entity }: InsertEvent<Author>): Promise<void> {
    if (entity.id !== 201) return;
    Reader.found = [await manager.existsBy(Author, { id: 200 }), await source.getRepository(Author).existsBy({ id: 200 })];
  }
}

class AddRating1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('author', 'rating')) return;
    await runner.query('ALTER TABLE author ADD rating integer NOT NULL DEFAULT 5');
    await runner.manager.findBy(Author, { id: 1 });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE author DROP rating');
  }
}

const SCHEMA = [
  'CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL, version integer NOT NULL DEFAULT 1)',
  'CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author)',
  "INSERT INTO author SELECT n, 'author ' || n FROM generate_series(1, 20) n",
  'INSERT INTO book SELECT n, 1 + n % 20 FROM generate_series(1, 40) n',
];

let infra: Infra;
let router: ReplicaRouter;
let dataSource: DataSource;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  const url = infra.postgres.url(DATABASE);
  await admin(url, ...SCHEMA);
  router = new ReplicaRouter({ primary: { connectionString: url }, replicas: replicasOf(infra) });
  dataSource = await router
    .dataSource({ type: 'postgres', replication: { master: { url }, slaves: [] }, entities: [Author, Book], subscribers: [Reader], migrations: [AddRating1700000000000] })
    .initialize();
  await until(() => router.cluster.replicas.every(({ state, watch }) => state === 'up' && (watch.latest?.lsn ?? 0n) >= (router.cluster.primary.latest?.lsn ?? 1n)));
});
afterAll(async () => {
  await dataSource?.destroy();
  await router?.close();
  await infra?.stop();
});

const authors = () => dataSource.getRepository(Author);
const REPLICA = expect.stringMatching(/^replica-[12]$/) as string;

/** Where the reads of `work` were sent; what goes to the primary by itself needs no choice. */
async function targetsOf(work: () => Promise<unknown>): Promise<string[]> {
  return router.withConsistency(`writer-${Math.random()}`, { timeoutMs: 2_000, onTimeout: 'fail' }, async ({ decisions }) => {
    await work();
    return decisions.map(({ target }) => target);
  });
}

describe('reads that belong to a write are the primary’s', () => {
  let id = 100;
  it.each<[string, () => Promise<unknown>]>([
    ['save, which looks for the row first', () => authors().save({ id: 1, name: 'saved' })],
    ['save of a new row', () => authors().save({ id: (id += 1), name: 'new' })],
    ['upsert', () => authors().upsert({ id: 2, name: 'upserted' }, ['id'])],
    ['update … returning', () => authors().createQueryBuilder().update().set({ name: 'updated' }).where('id = 3').returning('*').execute()],
    ['remove', async () => authors().remove(await dataSource.transaction((manager) => manager.save(Author, { id: (id += 1), name: 'short' })))],
    ['a query of the data source', () => dataSource.query('SELECT 1')],
    ['a query runner that says nothing', async () => {
      const runner = dataSource.createQueryRunner();
      await runner.manager.find(Author);
      await runner.release();
    }],
    ['whatever a transaction reads itself', () => dataSource.transaction((outer) => outer.transaction((inner) => inner.find(Author)))],
    ['the same, serializable', () => dataSource.transaction('SERIALIZABLE', (manager) => manager.findAndCount(Author, { take: 2 }))],
    ['a lock of find', () => dataSource.transaction((manager) => manager.find(Author, { lock: { mode: 'pessimistic_write' }, where: { id: 4 } }))],
    ['a lock of a query builder', () => dataSource.transaction((manager) => manager.createQueryBuilder(Author, 'a').setLock('pessimistic_read').where('id = 4').getMany())],
    ['a lazy relation of what a transaction has read', () => dataSource.transaction(async (manager) => (await manager.findOneByOrFail(Author, { id: 5 })).books)],
  ])('%s', async (_name, work) => {
    expect(await targetsOf(work)).toEqual([]);
  });

  it('a subscriber’s: in the transaction itself, or beside it', async () => {
    const targets = await targetsOf(() =>
      dataSource.transaction(async (manager) => {
        for (const author of [200, 201]) await manager.save(Author, { id: author, name: 'unseen' });
      }),
    );
    expect([Reader.found, targets]).toEqual([[true, false], ['primary']]);
  });

  it('a migration’s', async () => {
    expect(await targetsOf(() => dataSource.runMigrations())).toEqual([]);
    expect(await targetsOf(() => dataSource.undoLastMigration())).toEqual([]);
    expect(await targetsOf(() => dataSource.showMigrations())).toEqual([]);
  });
});

it('an optimistic lock compares a version that a replica has', async () => {
  const lock = (version: number) => authors().findOne({ where: { id: 6 }, lock: { mode: 'optimistic', version } });
  expect(await targetsOf(() => lock(1))).toEqual([REPLICA]);
  await expect(lock(9)).rejects.toMatchObject({ name: 'OptimisticLockVersionMismatchError' });
});

describe('a transaction of the reader’s runner', () => {
  const reading = () => authors().createQueryBuilder('author').useTransaction(true);

  it('is its replica’s', async () => {
    expect(await targetsOf(() => reading().getMany())).toEqual([REPLICA]);
  });

  it('locks nothing, as with TypeORM alone: it has begun where that cannot be done', async () => {
    const lock = () => expect(reading().setLock('pessimistic_write').getMany()).rejects.toMatchObject({ code: '25006' });
    expect(await targetsOf(lock)).toEqual([REPLICA]);
    expect(router.cluster.replicas.every(({ pool }) => pool.totalCount === pool.idleCount)).toBe(true);
  });
});
