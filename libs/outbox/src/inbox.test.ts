import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { CreateInbox1764000000002, Inbox } from './index';

let infra: Infra;
let database: DataSource;
let inbox: Inbox;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] } });
  database = await new DataSource({
    type: 'postgres',
    url: infra.postgres.url('board', 'board'),
    migrations: [CreateInbox1764000000002],
    migrationsRun: true,
  }).initialize();
  await database.query('CREATE TABLE effect (message_id uuid NOT NULL)');
  inbox = new Inbox(database, 'board');
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

const effectOf = (id: string) => async (manager: EntityManager): Promise<void> => {
  await manager.query('INSERT INTO effect VALUES ($1)', [id]);
};

async function effects(id: string): Promise<number> {
  const [row]: { count: number }[] = await database.query('SELECT count(*)::int AS count FROM effect WHERE message_id = $1', [id]);
  return row?.count ?? 0;
}

describe('a message in the inbox', () => {
  it('takes effect once, however often it is delivered', async () => {
    const id = randomUUID();
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(await inbox.applyOnce(id, effectOf(id)));
    expect(outcomes).toEqual(['applied', 'duplicate', 'duplicate']);
    expect(await effects(id)).toBe(1);
  });

  it('takes effect once when it is delivered many times at once', async () => {
    const id = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => inbox.applyOnce(id, effectOf(id))));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(await effects(id)).toBe(1);
  });

  it('is tried again after an effect that failed half-way', async () => {
    const id = randomUUID();
    const halfWay = inbox.applyOnce(id, async (manager) => {
      await effectOf(id)(manager);
      throw new Error('half-way');
    });
    await expect(halfWay).rejects.toThrow('half-way');
    expect(await effects(id)).toBe(0);
    await expect(inbox.applyOnce(id, effectOf(id))).resolves.toBe('applied');
    expect(await effects(id)).toBe(1);
  });

  it('takes effect once in each consumer', async () => {
    const id = randomUUID();
    await expect(inbox.applyOnce(id, effectOf(id))).resolves.toBe('applied');
    await expect(new Inbox(database, 'statistics').applyOnce(id, effectOf(id))).resolves.toBe('applied');
    expect(await effects(id)).toBe(2);
  });
});

describe('a batch of messages in the inbox', () => {
  const messages = (count: number): { id: string }[] => Array.from({ length: count }, () => ({ id: randomUUID() }));

  const effectOfAll = async (fresh: readonly { id: string }[], manager: EntityManager): Promise<void> => {
    await manager.query('INSERT INTO effect SELECT unnest($1::uuid[])', [fresh.map(({ id }) => id)]);
  };

  const allEffects = (batch: readonly { id: string }[]): Promise<number[]> => Promise.all(batch.map(({ id }) => effects(id)));

  it('takes effect without those that have taken effect before, each once, in the order given', async () => {
    const [a, b, c, d] = messages(4) as [{ id: string }, { id: string }, { id: string }, { id: string }];
    await inbox.applyOnce(b.id, effectOf(b.id));
    await expect(inbox.applyBatch([d, a, b, a, c, d], effectOfAll)).resolves.toEqual([d, a, c]);
    await expect(inbox.applyBatch([a, b, c, d], effectOfAll)).resolves.toEqual([]);
    expect(await allEffects([a, b, c, d])).toEqual([1, 1, 1, 1]);
  });

  it('leaves no trace when its effect fails half-way', async () => {
    const batch = messages(5);
    const halfWay = inbox.applyBatch(batch, async (fresh, manager) => {
      await effectOfAll(fresh.slice(0, 2), manager);
      throw new Error('half-way');
    });
    await expect(halfWay).rejects.toThrow('half-way');
    expect(await allEffects(batch)).toEqual([0, 0, 0, 0, 0]);
    await expect(inbox.applyBatch(batch, effectOfAll)).resolves.toEqual(batch);
  });

  it('takes effect whatever the case of an id, and is refused with an id of another spelling rather than remembered without effect', async () => {
    const [upper, plain] = messages(2).map(({ id }, index) => ({ id: index === 0 ? id.toUpperCase() : id })) as [{ id: string }, { id: string }];
    await expect(inbox.applyBatch([upper], effectOfAll)).resolves.toEqual([upper]);
    await expect(inbox.applyBatch([{ id: `{${plain.id}}` }], effectOfAll)).rejects.toThrow('8-4-4-4-12');
    await expect(inbox.applyBatch([plain], effectOfAll)).resolves.toEqual([plain]);
  });

  it('takes effect once when it is delivered many times at once, in whatever order, and nobody deadlocks', async () => {
    const batch = messages(400);
    const deliveries = Array.from({ length: 8 }, (_, i) => inbox.applyBatch(i % 2 === 0 ? batch : batch.toReversed(), effectOfAll));
    const fresh = (await Promise.all(deliveries)).flat();
    expect(fresh).toHaveLength(batch.length);
    const [row]: { most: number; count: number }[] = await database.query(
      `SELECT max(n)::int AS most, count(*)::int AS count
       FROM (SELECT count(*) AS n FROM effect WHERE message_id = ANY($1) GROUP BY message_id) AS each`,
      [batch.map(({ id }) => id)],
    );
    expect(row).toEqual({ most: 1, count: batch.length });
  });
});
