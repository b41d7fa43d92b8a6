import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, Param, type Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { snowflake, type SnowflakeFormat, typeId, ulid, uuidV7, type UuidV7, type UuidV7Format } from '../index';
import { IdsModule, InjectIdFormat, ParseIdPipe } from './index';

@Injectable()
class Posts {
  constructor(@InjectIdFormat('post') readonly ids: UuidV7Format) {}
}

const events = ulid();

@Controller('posts')
class PostsController {
  constructor(private readonly posts: Posts) {}

  @Get('new')
  make(): string {
    return this.posts.ids.generate();
  }

  @Get('strict/:id')
  strict(@Param('id', ParseIdPipe.of('post')) id: UuidV7): string {
    return this.posts.ids.timestamp(id).toISOString();
  }

  @Get('lenient/:id')
  lenient(@Param('id', ParseIdPipe.of('post', { lenient: true })) id: UuidV7): string {
    return id;
  }

  @Get('event/:id')
  event(@Param('id', new ParseIdPipe(events)) id: string): string {
    return id;
  }
}

@Module({
  imports: [IdsModule.forRoot({ formats: { post: uuidV7({ clock: () => Date.UTC(2026, 0, 1) }), member: typeId({ prefix: 'member' }) } })],
  providers: [Posts],
  controllers: [PostsController],
})
class PostsModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const moduleRef = await Test.createTestingModule({ imports: [PostsModule] }).compile();
  app = moduleRef.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ routerOptions: { maxParamLength: 5_000 } }));
  await app.init();
});

afterAll(() => app.close());

const get = (url: string) => app.inject({ url: `/posts/${url}` });

describe('the pipe', () => {
  it('hands on an id', async () => {
    const { body: id } = await get('new');
    expect(await get(`strict/${id}`)).toMatchObject({ statusCode: 200, body: '2026-01-01T00:00:00.000Z' });
    const event = events.generate();
    expect(await get(`event/${event}`)).toMatchObject({ statusCode: 200, body: event });
  });

  it('answers what is none with 400 and the reason', async () => {
    const answer = await get('strict/019b76da-a800-4000-8000-000000000000');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message:
        '"019b76da-a800-4000-8000-000000000000" is not a uuidv7: its version is 4. Expected: xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits.',
    });
    expect((await get('event/nothing')).statusCode).toBe(400);
  });

  it('takes other spellings only where it is told to, and hands on the canonical one', async () => {
    const id = (await get('new')).body;
    const other = encodeURIComponent(`urn:uuid:${id.toUpperCase()}`);
    expect((await get(`strict/${other}`)).statusCode).toBe(400);
    expect(await get(`lenient/${other}`)).toMatchObject({ statusCode: 200, body: id });
    expect((await get('lenient/nothing')).statusCode).toBe(400);
  });

  it.each(['x', '%00', '%22'])('never gives back more than a bounded part of the input (%s)', async (character) => {
    const answer = await get(`strict/${character.repeat(1_500)}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.length).toBeLessThan(1_000);
  });

  it('refuses what is not text, and lets other errors through', () => {
    const pipe = new ParseIdPipe(events);
    for (const value of [undefined, null, 5, ['01BX5ZZKBKACTAV9WEVGEMMVRZ']]) expect(() => pipe.transform(value)).toThrow('is not a ulid: it is not a string');
    const broken = Object.assign(ulid(), {
      parse: () => {
        throw new TypeError('a fault of ours');
      },
    });
    expect(() => new ParseIdPipe(broken).transform('')).toThrow(TypeError);
  });
});

describe('the module', () => {
  const start = (...imports: unknown[]) => Test.createTestingModule({ imports: imports as Type[] }).compile();

  it('says which name is unknown', async () => {
    @Injectable()
    class Rooms {
      constructor(@InjectIdFormat('room') readonly ids: UuidV7Format) {}
    }
    @Module({ imports: [IdsModule.forRoot({ formats: { post: uuidV7() } })], providers: [Rooms] })
    class RoomsModule {}
    await expect(start(RoomsModule)).rejects.toThrow(/dependencies of the Rooms.*IdFormat\(room\)" at index \[0\]/s);

    @Controller()
    class RoomsController {
      @Get(':id')
      get(@Param('id', ParseIdPipe.of('room')) id: string): string {
        return id;
      }
    }
    @Module({ imports: [IdsModule.forRoot({ formats: { post: uuidV7() } })], controllers: [RoomsController] })
    class RoomsHttpModule {}
    await expect(start(RoomsHttpModule)).rejects.toThrow(/IdFormat\(room\)/);
  });

  it('keeps the formats of two modules apart, and gives each importer its own', async () => {
    @Injectable()
    class Reader {
      constructor(@InjectIdFormat('post') readonly ids: UuidV7Format) {}
    }
    @Module({ imports: [IdsModule.forRoot({ formats: { post: ulid() } })], providers: [Reader], exports: [Reader] })
    class WithUlids {}
    const moduleRef = await start(PostsModule, WithUlids);
    expect(moduleRef.get(Posts, { strict: false }).ids.name).toBe('uuidv7');
    expect(moduleRef.get(Reader, { strict: false }).ids.name).toBe('ulid');
    await moduleRef.close();
  });

  it('is there for all modules if it is global', async () => {
    @Module({ providers: [Posts] })
    class Elsewhere {}
    const given = { formats: { post: uuidV7() } };
    const moduleRef = await start(IdsModule.forRoot({ ...given, isGlobal: true }), Elsewhere);
    expect(moduleRef.get(Posts, { strict: false }).ids).toBe(given.formats.post);
    await moduleRef.close();
    await expect(start(IdsModule.forRoot(given), Elsewhere)).rejects.toThrow(/IdFormat\(post\)/);
  });

  it('makes formats from what is injected, one generator for all who ask', async () => {
    const SHARD = 'shard';
    @Module({ providers: [{ provide: SHARD, useValue: 7 }], exports: [SHARD] })
    class ConfigModule {}
    @Injectable()
    class Orders {
      constructor(@InjectIdFormat('order') readonly ids: SnowflakeFormat, @Inject(SHARD) readonly shard: number) {}
    }
    @Injectable()
    class Invoices {
      constructor(@InjectIdFormat('order') readonly ids: SnowflakeFormat, @InjectIdFormat('post') readonly postIds: UuidV7Format) {}
    }
    const ids = IdsModule.forRootAsync({
      imports: [ConfigModule],
      formats: {
        order: { inject: [SHARD], useFactory: async (shard: number) => snowflake({ preset: 'instagram', node: shard }) },
        post: { useFactory: () => uuidV7() },
      },
    });
    @Module({ imports: [ids, ConfigModule], providers: [Orders, Invoices] })
    class OrdersModule {}
    const moduleRef = await start(OrdersModule);
    const { ids: orderIds } = moduleRef.get(Orders);
    expect(orderIds.explain(orderIds.generate()).fields).toContainEqual(expect.objectContaining({ name: 'shard', value: '7' }));
    expect(moduleRef.get(Invoices).ids).toBe(orderIds);
    expect(moduleRef.get(Invoices).postIds.name).toBe('uuidv7');
    await moduleRef.close();
  });
});
