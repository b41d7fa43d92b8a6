import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { boundedPostgres } from './bounded-postgres';

let infra: Infra;
let database: DataSource;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] } });
});
afterAll(() => infra?.stop());

beforeEach(async () => {
  database = await new DataSource({ type: 'postgres', url: infra.postgres.url('board'), ...boundedPostgres, poolSize: 1 }).initialize();
});
afterEach(() => database?.destroy());

const ask = (text: string, times: number): Promise<unknown[]> =>
  Array.from({ length: times }).reduce<Promise<unknown[]>>(async (before) => [...(await before), await database.query(text, [1])], Promise.resolve([]));

async function preparedTexts(): Promise<string[]> {
  const rows: { statement: string }[] = await database.query('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time');
  return rows.map(({ statement }) => statement);
}

it('a statement is prepared once a connection has been asked it five times, and answers as before', async () => {
  expect(await ask('SELECT $1::int + 1 AS sum', 4)).toEqual(Array.from({ length: 4 }, () => [{ sum: 2 }]));
  expect(await preparedTexts()).toEqual([]);
  expect(await ask('SELECT $1::int + 1 AS sum', 20)).toEqual(Array.from({ length: 20 }, () => [{ sum: 2 }]));
  expect(await preparedTexts()).toEqual(['SELECT $1::int + 1 AS sum']);
});

it('a connection keeps no more than 256, and goes on', async () => {
  for (let index = 0; index < 300; index += 1) await ask(`SELECT $1::int + ${index} AS sum`, 5);
  expect(await preparedTexts()).toHaveLength(256);
  expect(await ask('SELECT $1::int + 299 AS sum', 1)).toEqual([[{ sum: 300 }]]);
});

it('what fails fails as before, and its transaction goes back', async () => {
  await database.query('CREATE TABLE number (number int CHECK (number < 7))');
  const insert = (number: number): Promise<unknown> => database.transaction((manager) => manager.query('INSERT INTO number VALUES ($1)', [number]));
  for (let number = 0; number < 7; number += 1) await insert(number);
  await expect(insert(8)).rejects.toMatchObject({ driverError: { code: '23514' } });
  await insert(1);
  expect(await database.query('SELECT count(*)::int AS count FROM number')).toEqual([{ count: 8 }]);
});

it('a table that is changed meanwhile costs one failure, and no more', async () => {
  await database.query('CREATE TABLE note AS SELECT 1 AS id');
  await ask('SELECT * FROM note WHERE id = $1', 6);
  await database.query(`ALTER TABLE note ADD text text NOT NULL DEFAULT 'here'`);
  await expect(ask('SELECT * FROM note WHERE id = $1', 1)).rejects.toMatchObject({ driverError: { code: '0A000' } });
  expect(await ask('SELECT * FROM note WHERE id = $1', 10)).toEqual(Array.from({ length: 10 }, () => [{ id: 1, text: 'here' }]));
});

it('a value that cannot be sent costs its own statement, and no later one', async () => {
  const text = 'SELECT $1::jsonb AS value';
  const circular: Record<string, unknown> = {};
  circular.itself = circular;
  for (let times = 0; times < 6; times += 1) await database.query(text, [{ times }]);
  await expect(database.query(text, [circular])).rejects.toThrow(/circular/);
  for (let times = 0; times < 6; times += 1) expect(await database.query(text, [{ times }])).toEqual([{ value: { times } }]);
});

it('a statement that could not be prepared in a transaction that had failed is prepared later', async () => {
  const text = 'SELECT $1::int + 1 AS sum';
  await ask(text, 4);
  const runner = database.createQueryRunner();
  await runner.startTransaction();
  await expect(runner.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ driverError: { code: '22012' } });
  await expect(runner.query(text, [1])).rejects.toMatchObject({ driverError: { code: '25P02' } });
  await runner.rollbackTransaction();
  await runner.release();
  expect(await ask(text, 3)).toEqual(Array.from({ length: 3 }, () => [{ sum: 2 }]));
});

it('a statement that somebody else has let go costs one failure, and no more', async () => {
  await ask('SELECT $1::int + 1 AS sum', 6);
  await database.query('DEALLOCATE ALL');
  await expect(ask('SELECT $1::int + 1 AS sum', 1)).rejects.toMatchObject({ driverError: { code: '26000' } });
  expect(await ask('SELECT $1::int + 1 AS sum', 10)).toEqual(Array.from({ length: 10 }, () => [{ sum: 2 }]));
});
