import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { toProblemError } from '../errors/to-problem-error';
import { boundedPostgres } from './bounded-postgres';

let infra: Infra;
let database: DataSource;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] } });
  // One connection: whoever comes next gets the one that the test has used.
  database = await new DataSource({ type: 'postgres', url: infra.postgres.url('board'), ...boundedPostgres, poolSize: 1 }).initialize();
  await database.query('CREATE TABLE note (text text NOT NULL)');
});

afterAll(async () => {
  await infra?.process('postgres').resume();
  await database?.destroy();
  await infra?.stop();
});

const problemOf = (work: Promise<unknown>) => work.then(() => 'no problem', (error: unknown) => toProblemError(error).status);

describe('a database that', () => {
  it('works too long on a statement breaks it off itself, and the connection goes on', async () => {
    const startedAt = Date.now();
    expect(await problemOf(database.query('SELECT pg_sleep(10)'))).toBe(503);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('falls silent in a transaction is given up within 6 s, and nobody commits that transaction later', async () => {
    const startedAt = Date.now();
    const halfDone = database.transaction(async (manager) => {
      await manager.query(`INSERT INTO note VALUES ('half')`);
      await infra.process('postgres').pause();
      await manager.query(`INSERT INTO note VALUES ('other half')`);
    });
    expect(await problemOf(halfDone)).toBe(503);
    expect(await problemOf(database.query('SELECT 1'))).toBe(503); // no new connection either
    expect(Date.now() - startedAt).toBeLessThan(8_000);

    await infra.process('postgres').resume();
    await database.transaction((manager) => manager.query(`INSERT INTO note VALUES ('whole')`));
    expect(await database.query('SELECT text FROM note')).toEqual([{ text: 'whole' }]);
  });
});
