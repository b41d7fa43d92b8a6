import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { LeaseLostError, NodeLeaseKeeper, PostgresLeaseStore, snowflake, tsid, type SnowflakeFormat, type TsidFormat } from '../src/index';
import { IdsModule, InjectIdFormat } from '../src/nest/index';
import { leaseQuery } from '../src/typeorm/index';
import { postgresStore, type RealStore, short } from './lease-stores';

let infra: Infra;
let server: RealStore;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['ids'] } });
  server = await postgresStore(infra.postgres.url('ids'));
});

afterAll(async () => {
  await server?.close();
  await infra?.stop();
});

let entered: () => void;
let gate: Promise<void>;

@Controller()
class OrdersController {
  constructor(@InjectIdFormat('order') private readonly ids: SnowflakeFormat) {}

  @Get('slow')
  async slow(): Promise<string> {
    entered();
    await gate;
    return this.ids.generate();
  }
}

async function start(pool: string): Promise<NestFastifyApplication> {
  const database = TypeOrmModule.forRoot({ type: 'postgres', url: infra.postgres.url('ids'), retryAttempts: 0 });
  @Module({
    imports: [
      database,
      IdsModule.forRootAsync({
        lease: {
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => {
            const store = new PostgresLeaseStore(leaseQuery(dataSource));
            return NodeLeaseKeeper.start(store, { pool, ttlMs: 10_000 });
          },
        },
        formats: {
          order: { inject: [NodeLeaseKeeper], useFactory: ({ node }: NodeLeaseKeeper) => snowflake({ node }) },
          room: { inject: [NodeLeaseKeeper], useFactory: ({ node }: NodeLeaseKeeper) => tsid({ node }) },
        },
      }),
    ],
    controllers: [OrdersController],
  })
  class OrdersModule {}
  const app = (await Test.createTestingModule({ imports: [OrdersModule] }).compile()).createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.listen(0, '127.0.0.1');
  return app;
}

const fail = (): never => {
  throw new Error('There is no lease');
};
const leaseOf = (app: NestFastifyApplication) => app.get(NodeLeaseKeeper, { strict: false }).lease ?? fail();

describe('a lease of IdsModule', () => {
  it('is one for all its formats, and two applications have two numbers', async () => {
    const { pool } = short();
    const apps = await Promise.all([start(pool), start(pool)]);
    const nodes = apps.map((app) => {
      const orders = app.get<SnowflakeFormat>('IdFormat(order)', { strict: false });
      const rooms = app.get<TsidFormat>('IdFormat(room)', { strict: false });
      expect(orders.is(orders.generate()) && rooms.is(rooms.generate())).toBe(true);
      return leaseOf(app).nodeId;
    });
    expect(nodes.sort((a, b) => a - b)).toEqual([0, 1]);
    await Promise.all(apps.map((app) => app.close()));
  });

  it('is held until the last request has its id, then given back before the connection that it needs is closed', async () => {
    const { pool } = short();
    const app = await start(pool);
    const lease = leaseOf(app);
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = fetch(`http://127.0.0.1:${port}/slow`, { headers: { connection: 'close' } });
    await inside;
    const closed = app.close();
    // Whatever is done before the server has closed has been done by now.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await server.expiresAt(pool, lease.nodeId)).toBeGreaterThan(await server.now());
    open();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^[0-9]{19}$/);
    await closed;
    expect(() => lease.assertHeld()).toThrow(LeaseLostError);
    expect(await server.expiresAt(pool, lease.nodeId)).toBeLessThanOrEqual(await server.now());
    expect(app.get(DataSource).isInitialized).toBe(false);
  });

  it('does not keep an application from closing when it cannot be given back', async () => {
    const { pool } = short();
    const app = await start(pool);
    await app.get(DataSource).destroy();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await app.close();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The lease of node id 0 was not given back'));
    warn.mockRestore();
  });
});
