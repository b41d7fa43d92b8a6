import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiParam, ApiProperty, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { idSchema, typeId, uuidV7 } from '../index';
import { IdsModule, ParseIdPipe } from './index';

const posts = uuidV7();
const members = typeId({ prefix: 'member' });

class Post {
  @ApiProperty(idSchema(posts))
  id!: string;
}

@Controller('posts')
class PostsController {
  @Get(':id')
  @ApiParam({ name: 'id', schema: idSchema(posts) })
  @ApiResponse({ status: 200, type: Post })
  get(@Param('id', ParseIdPipe.of('post')) id: string): Post {
    return { id };
  }
}

@Module({ imports: [IdsModule.forRoot({ formats: { post: posts } })], controllers: [PostsController] })
class PostsModule {}

it('a schema goes into an OpenAPI document as it is', async () => {
  const app = (await Test.createTestingModule({ imports: [PostsModule] }).compile()).createNestApplication(new FastifyAdapter());
  await app.init();
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  expect(document.paths['/posts/{id}']?.get?.parameters).toEqual([{ name: 'id', in: 'path', required: true, schema: idSchema(posts) }]);
  expect(document.components?.schemas).toEqual({ Post: { type: 'object', properties: { id: idSchema(posts) }, required: ['id'] } });
  await app.close();
});

it('a schema goes into the metadata of Zod', () => {
  const member = z.string().refine((text) => members.is(text)).meta({ ...idSchema(members) });
  expect(z.toJSONSchema(member)).toMatchObject(idSchema(members));
});
