import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { CreateOutbox1764000000001, OutboxModule, PartitionOutbox1764000000003 } from '../src/index';
import { metric } from './maintained-outbox';

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['shop', 'busy'] } });
});
afterAll(() => infra?.stop());

const migrations = [CreateOutbox1764000000001, PartitionOutbox1764000000003];

function application(database: string) {
  const connection = TypeOrmModule.forRoot({ type: 'postgres', url: infra.postgres.url(database), migrations, migrationsRun: true });
  return Test.createTestingModule({ imports: [connection, OutboxModule.forRoot({ consumer: database })] }).setLogger(silent);
}

const partitionsOf = async (database: DataSource): Promise<number> => {
  const partitions: unknown[] = await database.query(`SELECT FROM pg_inherits WHERE inhparent = 'outbox'::regclass`);
  return partitions.length;
};

describe('the module', () => {
  it('has made the partitions before the application is even initialised', async () => {
    const app = await application('shop').compile();
    expect(await partitionsOf(app.get(DataSource))).toBe(9); // today, a week ahead, and the default one
    await app.close();
  });

  it('refuses a retention with which events would be lost, before anything starts', () => {
    expect(() => OutboxModule.forRoot({ consumer: 'shop', retention: { outboxDays: 3 } })).toThrow(
      expect.objectContaining({ code: 'OUTBOX_RETENTION_TOO_SHORT' }),
    );
  });

  it('starts all the same when the table is in use: the default partition takes rows', async () => {
    const owner = await new DataSource({ type: 'postgres', url: infra.postgres.url('busy'), migrations, migrationsRun: true }).initialize();
    const inUse = owner.createQueryRunner();
    await inUse.startTransaction();
    await inUse.query('LOCK TABLE outbox_default');
    const failures = await metric('outbox_maintenance_failures_total');
    const app = await application('busy').compile();
    expect(await metric('outbox_maintenance_failures_total')).toBeGreaterThan(failures);
    await inUse.rollbackTransaction();
    await inUse.release();
    await owner.destroy();
    await app.close();
  });
});
