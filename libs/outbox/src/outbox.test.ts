import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import {
  CreateInbox1764000000002,
  CreateOutbox1764000000001,
  IndexInbox1764000000004,
  Outbox,
  type OutboxMessage,
  OutboxRow,
  PartitionOutbox1764000000003,
} from './index';

let infra: Infra;
let database: DataSource;
const outbox = new Outbox();

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['member'] } });
  database = await new DataSource({
    type: 'postgres',
    url: infra.postgres.url('member', 'member'),
    entities: [OutboxRow],
    migrations: [CreateOutbox1764000000001, CreateInbox1764000000002, PartitionOutbox1764000000003, IndexInbox1764000000004],
    migrationsRun: true,
  }).initialize();
  await database.query('CREATE TABLE account (id text PRIMARY KEY, balance integer NOT NULL)');
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

function opened(aggregateId: string, aggregateVersion = 1): OutboxMessage {
  return { aggregateType: 'account', aggregateId, aggregateVersion, type: 'account.opened', schemaVersion: 1, payload: { aggregateId } };
}

const rowsOf = (aggregateId: string): Promise<OutboxRow[]> =>
  database.getRepository(OutboxRow).find({ where: { aggregateId }, order: { aggregateVersion: 'ASC' } });

describe('an event in the outbox', () => {
  it('commits with the state that it reports', async () => {
    const [id] = await database.transaction(async (manager) => {
      await manager.query(`INSERT INTO account VALUES ('a', 1)`);
      return outbox.publish(manager, opened('a'));
    });
    expect(await rowsOf('a')).toEqual([
      { id, ...opened('a'), traceparent: null, createdAt: expect.any(Date) },
    ]);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('disappears with the state when the transaction is rolled back', async () => {
    const failed = database.transaction(async (manager) => {
      await manager.query(`INSERT INTO account VALUES ('b', 1)`);
      await outbox.publish(manager, opened('b'));
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await rowsOf('b')).toEqual([]);
    expect(await database.query(`SELECT FROM account WHERE id = 'b'`)).toEqual([]);
  });

  it('cannot be written outside a transaction', async () => {
    await expect(outbox.publish(database.manager, opened('c'))).rejects.toMatchObject({ code: 'OUTBOX_OUTSIDE_TRANSACTION' });
    const runner = database.createQueryRunner();
    await expect(outbox.publish(runner.manager, opened('c'))).rejects.toMatchObject({ code: 'OUTBOX_OUTSIDE_TRANSACTION' });
    await runner.release();
    expect(await rowsOf('c')).toEqual([]);
  });

  it('keeps the order in which several are given', async () => {
    const ids = await database.transaction((manager) =>
      outbox.publish(manager, ...Array.from({ length: 50 }, (_, i) => opened('d', i + 1))),
    );
    const rows: { id: string }[] = await database.query(`SELECT id FROM outbox WHERE aggregateid = 'd' ORDER BY ctid`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(ids).toEqual([...ids].sort());
  });

  it('cannot have the version of another event of its aggregate', async () => {
    await database.transaction((manager) => outbox.publish(manager, opened('e')));
    const again = database.transaction((manager) => outbox.publish(manager, opened('e')));
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  it('is refused when it is too large to be published', async () => {
    const large = { ...opened('f'), payload: { text: 'x'.repeat(300_000) } };
    const write = database.transaction((manager) => outbox.publish(manager, large));
    await expect(write).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
  });

  it.each([
    ['whose numbers PostgreSQL writes out in full', { payload: { n: Array.from({ length: 4_000 }, () => 1e300) } }],
    ['without an aggregate', { aggregateId: '' }],
    ['without a type', { type: '' }],
  ])('is refused by the table itself: one %s', async (_, change) => {
    const write = database.transaction((manager) => outbox.publish(manager, { ...opened('h'), ...change }));
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });

  it('carries the trace context of the request that caused it', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traced = trace.setSpanContext(context.active(), { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
    await context.with(traced, () => database.transaction((manager) => outbox.publish(manager, opened('g'))));
    const [row] = await rowsOf('g');
    expect(row?.traceparent).toBe(`00-${traceId}-b7ad6b7169203331-01`);
  });
});

describe('the log reader’s role', () => {
  it('reads the outbox and nothing else', async () => {
    const reader = await new DataSource({ type: 'postgres', url: infra.postgres.url('member', 'cdc') }).initialize();
    await expect(reader.query('SELECT count(*) FROM outbox')).resolves.toHaveLength(1);
    await expect(reader.query('SELECT * FROM account')).rejects.toMatchObject({ code: '42501' });
    await expect(reader.query('SELECT * FROM inbox')).rejects.toMatchObject({ code: '42501' });
    await expect(reader.query('DELETE FROM outbox')).rejects.toMatchObject({ code: '42501' });
    await reader.destroy();
  });
});
