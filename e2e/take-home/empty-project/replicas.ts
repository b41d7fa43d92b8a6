// What a user writes on the first day with @madang/replicas: a Nest application whose reads go to replicas, one of which is dead.
import 'reflect-metadata';
import { PrimaryFallbackLimitError, ReadTimeoutError, ReplicaRouter } from '@madang/replicas';
import { documentReadConsistency, EventReads, ReadConsistency, ReplicasModule, routedDataSource } from '@madang/replicas/nest';
import { ConsistencyTokens, TOKEN_HEADER, walPosition } from '@madang/replicas/token';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Client } from 'pg';
import { Column, DataSource, type DataSourceOptions, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';

const url = (name: string): string => process.env[name] ?? '';

@Entity()
class Article {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  title!: string;
}

const options: DataSourceOptions = { type: 'postgres', replication: { master: { url: url('DATABASE_URL') }, slaves: [] }, entities: [Article] };
const cluster = {
  primary: { connectionString: url('DATABASE_URL') },
  replicas: ['REPLICA_1', 'REPLICA_2', 'DEAD_REPLICA'].map((name) => ({ name, pool: { connectionString: url(name) } })),
};

@Controller('articles')
class ArticlesController {
  constructor(@InjectRepository(Article) private readonly articles: Repository<Article>) {}

  @Post()
  async publish(): Promise<Article> {
    return this.articles.save({ title: 'A walk' });
  }

  @Get(':id')
  @ReadConsistency({ level: 'session', timeoutMs: 5_000, onTimeout: 'fail' })
  async get(@Param('id') id: string): Promise<Article> {
    return this.articles.findOneByOrFail({ id });
  }
}

@Module({
  imports: [
    ReplicasModule.forRoot({ ...cluster, tokenKeys: ['k'.repeat(32)], clientLevels: ['bounded'] }),
    TypeOrmModule.forRootAsync(routedDataSource(options)),
    TypeOrmModule.forFeature([Article]),
  ],
  controllers: [ArticlesController],
})
class AppModule {}

async function withNest(): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
  await app.get(DataSource).query('CREATE TABLE article (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL)');
  await app.init();
  const published = await app.inject({ method: 'POST', url: '/articles' });
  const { id } = published.json<Article>();
  const token = String(published.headers[TOKEN_HEADER]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => app.inject({ url: `/articles/${id}`, headers: { [TOKEN_HEADER]: token, 'x-consistency-id': `reader-${i}` } })),
  );
  console.log(new Set(answers.map(({ statusCode }) => statusCode)), [...new Set(answers.map(({ headers }) => headers['x-read-replica']))].sort());

  const event = { aggregateId: id, consistencyToken: token };
  const found = await app.get(EventReads).run([event], () => app.get(DataSource).getRepository(Article).existsBy({ id }));
  const operation = { responses: { 200: {} }, parameters: [] };
  documentReadConsistency(operation, app);
  console.log(found, operation.parameters.length, Object.keys(operation.responses[200]));
  await app.close();
  return token;
}

/** As a relay does. */
async function passOn(token: string): Promise<void> {
  const primary = new Client({ connectionString: url('DATABASE_URL') });
  await primary.connect();
  const tokens = new ConsistencyTokens(['k'.repeat(32)]);
  const now = tokens.verify(tokens.sign(await walPosition(primary)));
  console.log(now.lsn >= tokens.verify(token).lsn);
  await primary.end();
}

/** With one replica, and that one dead. */
async function withoutNest(): Promise<void> {
  const router = new ReplicaRouter({ ...cluster, replicas: cluster.replicas.slice(2) });
  const dataSource = await router.dataSource(options).initialize();
  await router.withConsistency('reader', { level: 'monotonic' }, async ({ decisions }) => {
    const count = await dataSource.getRepository(Article).count();
    console.log(count, decisions.map(({ target, reason }) => `${target} ${reason}`));
  });
  console.log([ReadTimeoutError, PrimaryFallbackLimitError].map(({ name }) => name));
  await dataSource.destroy();
  await router.close();
}

void withNest().then(passOn).then(withoutNest);
