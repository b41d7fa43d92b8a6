import { Any, Between, DataSource, EntitySchema, In, IsNull, LessThan, MoreThanOrEqual, Not, type Repository } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { InvalidIdError, ksuid, snowflake, timeflake, tsid, typeId, ulid, uuidV4, uuidV6, uuidV7, type IdFormat } from '../src/index';
import { bigintColumn, bigintOf, bigintPropertyColumn, bytesColumn, fromBigint, type IdColumn, IdNotStorableError, leaseQuery, uuidColumn } from '../src/typeorm/index';

type Property = string | bigint;
type AnyColumn = IdColumn<Property, unknown, 'uuid' | 'bytea' | 'bigint'>;

interface Row {
  id: Property;
  note: string;
  previous: Property | null;
  parentId?: Property | null;
  parent?: Row | null;
}

interface Sample {
  readonly table: string;
  readonly column: AnyColumn;
  readonly format: IdFormat<string>;
  readonly make: (time: () => number) => IdFormat<string>;
  readonly last: number;
  /** The property that stands for an id. */
  readonly property: (id: string) => Property;
}

const FIRST = Date.UTC(2020, 0, 1);
const text = (id: string): Property => id;

function sample<Value>(table: string, last: number, make: Sample['make'], column: (format: IdFormat<string>) => IdColumn<Value, unknown, AnyColumn['type']>): Sample {
  const format = make(Date.now);
  return { table, last, make, format, column: column(format) as unknown as AnyColumn, property: text };
}

const LAST_48 = 2 ** 48 - 1;
const DISCORD_INT8 = 1_420_070_400_000 + 2 ** 41 - 1;
const DISCORD_LAST = 1_420_070_400_000 + 2 ** 42 - 1;
const TSID_INT8 = 1_577_836_800_000 + 2 ** 41 - 1;
const discord = (clock: () => number) => snowflake({ node: 1, preset: 'discord', clock });

const SAMPLES: Sample[] = [
  sample('uuidv4_uuid', LAST_48, () => uuidV4(), uuidColumn),
  sample('uuidv6_uuid', 103_072_857_660_683, (clock) => uuidV6({ clock }), uuidColumn),
  sample('uuidv7_uuid', LAST_48, (clock) => uuidV7({ clock }), uuidColumn),
  sample('ulid_uuid', LAST_48, (clock) => ulid({ clock }), uuidColumn),
  sample('timeflake_uuid', LAST_48, (clock) => timeflake({ clock }), uuidColumn),
  sample('typeid_uuid', LAST_48, (clock) => typeId({ prefix: 'member', clock }), uuidColumn),
  sample('ksuid_bytea', (1_400_000_000 + 2 ** 32) * 1_000 - 1, (clock) => ksuid({ clock }), bytesColumn),
  sample('typeid_bytea', LAST_48, (clock) => typeId({ prefix: 'member', clock }), bytesColumn),
  sample('discord_bytea', DISCORD_LAST, discord, bytesColumn),
  sample('tsid_bytea', 1_577_836_800_000 + 2 ** 42 - 1, (clock) => tsid({ node: 1, clock }), bytesColumn),
  sample('twitter_bigint', 1_288_834_974_657 + 2 ** 41 - 1, (clock) => snowflake({ node: 1, clock }), bigintColumn),
  sample('discord_bigint', DISCORD_INT8, discord, bigintColumn),
  sample('tsid_bigint', TSID_INT8, (clock) => tsid({ node: 1, clock }), bigintColumn),
].concat(
  [sample('twitter_property', 1_288_834_974_657 + 2 ** 41 - 1, (clock) => snowflake({ node: 1, clock }), bigintPropertyColumn)].map((twitter) =>
    Object.assign(twitter, { property: (id: string) => bigintOf(twitter.format, id) }),
  ),
);

let infra: Infra;
let database: DataSource;
const statements: string[] = [];

const entities = SAMPLES.map(
  ({ table, column }) =>
    new EntitySchema<Row>({
      name: table,
      columns: { id: { ...column, primary: true }, note: { type: 'text' }, previous: { ...column, nullable: true }, parentId: { ...column, name: 'parent_id', nullable: true } },
      relations: { parent: { type: 'many-to-one', target: table, nullable: true, joinColumn: { name: 'parent_id' } } },
    }),
);

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['ids'] } });
  const logQuery = (statement: string) => void statements.push(statement);
  const ignore = () => undefined;
  const logger = { logQuery, logQueryError: ignore, logQuerySlow: ignore, logSchemaBuild: ignore, logMigration: ignore, log: ignore };
  database = await new DataSource({ type: 'postgres', url: infra.postgres.url('ids'), entities, logger, logging: ['query'] }).initialize();
  for (const { table, column } of SAMPLES) {
    await database.query(`CREATE TABLE ${table} (id ${column.type} PRIMARY KEY, note text NOT NULL, previous ${column.type}, parent_id ${column.type} REFERENCES ${table})`);
  }
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

describe.each(SAMPLES.map((one) => [one.table, one] as const))('%s', (table, { make, format, last, column, property }) => {
  let rows: Repository<Row>;
  const ids = (found: Row[]) => found.map(({ id }) => id);
  const sorted = (some: string[]) => some.toSorted((a, b) => format.compare(a, b));
  const query = async (select: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => database.query(`SELECT ${select} FROM ${table}`, values);

  beforeEach(async () => {
    rows = database.getRepository<Row>(table);
    await database.query(`TRUNCATE ${table}`);
  });

  const saved = async (count = 5): Promise<Property[]> => {
    const made = sorted(make(Date.now).generateMany(count)).map(property);
    await rows.save(made.map((id, i) => ({ id, note: `${i}`, previous: made[i - 1] ?? null })));
    return made;
  };

  it('orders as compare does, over the whole range of time', async () => {
    const times = [FIRST, FIRST + 1, FIRST + 1_000, last, last - 1, ...Array.from({ length: 300 }, () => FIRST + Math.floor(Math.random() * (last - FIRST)))];
    const made = times.flatMap((time) => make(() => time).generateMany(2));
    await rows.insert(made.map((id) => ({ id: property(id), note: '', previous: null })));
    const expected = sorted(made).map(property);
    expect(ids(await rows.find({ order: { id: 'ASC' } }))).toEqual(expected);
    expect(ids(await rows.find({ order: { id: 'DESC' }, take: 3, skip: 1 }))).toEqual(expected.toReversed().slice(1, 4));
  });

  it('reads what it wrote, null included, in a column of its type', async () => {
    const [first, second] = (await saved()) as [Property, Property];
    expect(await rows.findOneByOrFail({ id: second })).toEqual({ id: second, note: '1', previous: first, parentId: null });
    expect(await rows.findOneByOrFail({ previous: IsNull() })).toMatchObject({ id: first, previous: null });
    const [types] = await query('pg_typeof(id)::text AS id, pg_typeof(previous)::text AS previous');
    expect(types).toEqual({ id: column.type, previous: column.type });
  });

  it('finds by operators', async () => {
    const [a, b, c, d, e] = (await saved()) as [Property, Property, Property, Property, Property];
    const find = async (id: unknown) => ids(await rows.find({ where: { id: id as Property }, order: { id: 'ASC' } }));
    expect(await find(In([a, c]))).toEqual([a, c]);
    expect(await find(Between(b, d))).toEqual([b, c, d]);
    expect(await find(LessThan(c))).toEqual([a, b]);
    expect(await find(MoreThanOrEqual(d))).toEqual([d, e]);
    expect(await find(Not(b))).toEqual([a, c, d, e]);
    expect(await find(Not(In([a, b])))).toEqual([c, d, e]);
    expect(await find(In([]))).toEqual([]);
    expect(await find(Any([b, e]))).toEqual([b, e]);
    expect(await rows.findAndCount({ where: { id: In([b, c]) }, order: { id: 'ASC' }, take: 1 })).toEqual([[expect.objectContaining({ id: b })], 2]);
    const page = { where: { id: In([b, c]), previous: Not(c) }, relations: { parent: true }, order: { id: 'DESC' as const }, take: 1 };
    expect(ids(await rows.find(page))).toEqual([c]);
  });

  it('writes only what has changed, and finds its row again', async () => {
    const [a, b, c] = (await saved(3)) as [Property, Property, Property];
    const row = await rows.findOneByOrFail({ id: b });
    statements.length = 0;
    await rows.save(row);
    expect(statements.filter((statement) => !statement.startsWith('SELECT'))).toEqual([]);
    await rows.save({ ...row, note: 'changed', previous: c });
    expect(await rows.findOneByOrFail({ id: b })).toMatchObject({ note: 'changed', previous: c });
    await rows.update({ previous: In([a, c]) }, { note: 'updated' });
    await rows.update({ id: c }, { previous: null });
    await rows.delete({ id: a });
    expect(await rows.find({ order: { id: 'ASC' } })).toEqual([{ id: b, note: 'updated', previous: c, parentId: null }, { id: c, note: '2', previous: null, parentId: null }]);
    await rows.upsert({ id: c, note: 'again', previous: b }, ['id']);
    await rows.remove(await rows.findOneByOrFail({ id: b }));
    expect(await rows.find()).toEqual([{ id: c, note: 'again', previous: b, parentId: null }]);
    expect(await rows.exists({ where: { id: c } })).toBe(true);
  });

  it('follows a relation to it, by a column of its own', async () => {
    // TypeORM takes no bigint in the keys of relations: it writes them as JSON.
    if (property !== text) return;
    const [a, b, c] = (await saved(3)) as [Property, Property, Property];
    await rows.save([b, c].map((id) => ({ id, parent: { id: a } as Row })));
    const found = await rows.find({ where: { parent: { id: a } }, relations: { parent: true }, order: { id: 'ASC' } });
    expect(found.map(({ id, parent }) => [id, parent?.id])).toEqual([[b, a], [c, a]]);
  });

  it('asks the database nothing for what is no id', async () => {
    statements.length = 0;
    const bad = typeof property(format.generate()) === 'bigint' ? -1n : 'nothing';
    await expect(rows.findOneBy({ id: bad })).rejects.toThrow(bad === 'nothing' ? InvalidIdError : RangeError);
    await expect(rows.findBy({ id: In([bad]) })).rejects.toThrow(bad === 'nothing' ? InvalidIdError : RangeError);
    await expect(rows.insert({ id: bad, note: '', previous: null })).rejects.toThrow(bad === 'nothing' ? InvalidIdError : RangeError);
    expect(statements.filter((statement) => /SELECT|INSERT/.test(statement))).toEqual([]);
  });
});

it('a query builder is given what the column holds', async () => {
  const members = typeId({ prefix: 'member' });
  const id = members.generate();
  const rows = database.getRepository<Row>('typeid_uuid');
  await rows.insert({ id, note: 'built', previous: null });
  const stored = uuidColumn(members).transformer.to(id);
  expect(await rows.createQueryBuilder('row').where('row.id = :id', { id: stored }).getOne()).toMatchObject({ id, note: 'built' });
});

it('a Snowflake that a bigint does not hold is refused before the query, and bytes hold it', async () => {
  const late = discord(() => DISCORD_INT8 + 1);
  const id = late.min(new Date(DISCORD_INT8 + 1));
  expect(BigInt(id)).toBe(2n ** 63n);
  await expect(database.getRepository<Row>('discord_bigint').insert({ id, note: '', previous: null })).rejects.toThrow(IdNotStorableError);
  await database.getRepository<Row>('discord_bytea').insert({ id, note: 'late', previous: null });
  expect(await database.getRepository<Row>('discord_bytea').findOneByOrFail({ note: 'late' })).toMatchObject({ id });
  const most = late.max(new Date(DISCORD_INT8));
  await database.getRepository<Row>('discord_bigint').insert({ id: most, note: 'most', previous: null });
  expect(await database.getRepository<Row>('discord_bigint').findOneByOrFail({ note: 'most' })).toMatchObject({ id: '9223372036854775807' });
  expect(fromBigint(late, 2n ** 63n - 1n)).toBe(most);
});

it('a lease query gives the rows of an UPDATE, and its connection back', async () => {
  const query = leaseQuery(database);
  await query('CREATE TABLE lease (id int)', []);
  await query('INSERT INTO lease VALUES ($1)', [1]);
  // More than a pool has connections.
  for (let i = 0; i < 20; i++) {
    await expect(query('SELECT nothing', [])).rejects.toThrow('does not exist');
    expect((await query('UPDATE lease SET id = id + 1 RETURNING id', [])).rows).toEqual([{ id: i + 2 }]);
  }
});
