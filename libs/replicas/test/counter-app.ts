import { type CanActivate, Controller, type ExecutionContext, Get, Inject, Injectable, NotFoundException, Param, Post, UnauthorizedException, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ReplicaRouter } from '../src/index';
import { ReadConsistency, ReplicasModule, type ReplicasModuleOptions, routedDataSource } from '../src/nest/index';
import { Counter, DATABASE, type Infra, primaryOptions, replicasOf, until } from './counter';

export const KEY = 'k'.repeat(32);
export const guarded: string[] = [];
/** Who comes to `late` reads when this is over. */
export const gate = Promise.withResolvers<void>();

/** Reads before any interceptor has run, and from the same replica as the handler. */
@Injectable()
class ReadingGuard implements CanActivate {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    guarded.push(String((await this.dataSource.getRepository(Counter).findOneByOrFail({ id: 0 })).value));
    const { authorization } = execution.switchToHttp().getRequest<{ headers: { authorization?: string } }>().headers;
    if (authorization?.startsWith('Garbage')) throw new UnauthorizedException();
    return true;
  }
}

@Controller()
class CounterController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('counters/:id')
  async read(@Param('id') id: string): Promise<{ value: number }> {
    const counter = await this.dataSource.getRepository(Counter).findOneBy({ id: Number(id) });
    if (!counter) throw new NotFoundException();
    return { value: counter.value };
  }

  @Get('nothing')
  nothing(): object {
    return {};
  }

  @Get('late/:id')
  async late(@Param('id') id: string): Promise<{ value: number }> {
    await gate.promise;
    return this.read(id);
  }

  @Get('guarded/:id')
  @UseGuards(ReadingGuard)
  guarded(@Param('id') id: string): Promise<{ value: number }> {
    return this.read(id);
  }

  @Get('strict/:id')
  @ReadConsistency('strong')
  strict(@Param('id') id: string): Promise<{ value: number }> {
    return this.read(id);
  }

  @Get('patient/:id')
  @ReadConsistency({ level: 'session', timeoutMs: 30, onTimeout: 'fail' })
  patient(@Param('id') id: string): Promise<{ value: number }> {
    return this.read(id);
  }

  @Post('counters/:id')
  async count(@Param('id') id: string): Promise<{ value: number }> {
    return this.dataSource.transaction(async (manager) => {
      const [[row]]: [{ value: number }[], number] = await manager.query('UPDATE counter SET value = value + 1 WHERE id = $1 RETURNING value', [id]);
      if (!row) throw new NotFoundException();
      return row;
    });
  }
}

export async function startApp(infra: Infra, options: Partial<ReplicasModuleOptions> = {}): Promise<NestFastifyApplication> {
  const module = Test.createTestingModule({
    imports: [
      ReplicasModule.forRoot({
        primary: { connectionString: infra.postgres.url(DATABASE) },
        replicas: replicasOf(infra),
        tokenKeys: [KEY],
        clientLevels: ['eventual', 'bounded', 'session', 'strong'],
        ...options,
      }),
      TypeOrmModule.forRootAsync(routedDataSource(primaryOptions(infra, [], options.primary?.connectionString))),
    ],
    controllers: [CounterController],
  });
  const app = (await module.compile()).createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useLogger(false);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await until(() => app.get(ReplicaRouter).cluster.replicas.every(({ state }) => state === 'up'));
  return app;
}

export type Headers = Record<string, string>;

export async function call(app: NestFastifyApplication, method: 'GET' | 'POST', url: string, headers: Headers = {}) {
  const response = await app.inject({ method, url, headers });
  const said = (name: string): string => String(response.headers[name] ?? '');
  return {
    status: response.statusCode,
    value: (response.json() as { value?: number }).value,
    message: (response.json() as { message?: string }).message,
    token: said('x-consistency-token'),
    replica: said('x-read-replica'),
    reason: said('x-read-reason'),
    staleness: said('x-read-staleness-ms'),
    retryAfter: said('retry-after'),
  };
}
