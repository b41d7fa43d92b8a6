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
