// What a user writes on the first day with @madang/ids in a Nest project: formats by name, a pipe, and a column.
import 'reflect-metadata';
import { typeId, type TypeId, type TypeIdFormat } from '@madang/ids';
import { IdsModule, InjectIdFormat, ParseIdPipe } from '@madang/ids/nest';
import { observeGenerator } from '@madang/ids/prometheus';
import { uuidColumn } from '@madang/ids/typeorm';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';

const memberIds = typeId({ prefix: 'member', ...observeGenerator });

@Entity()
class Member {
  @PrimaryColumn(uuidColumn(memberIds))
  id!: TypeId<'member'>;

  @Column({ ...uuidColumn(memberIds), nullable: true, name: 'invited_by' })
  invitedBy!: TypeId<'member'> | null;
}

@Controller('members')
class MembersController {
  constructor(
    @InjectIdFormat('member') private readonly ids: TypeIdFormat<'member'>,
    @InjectRepository(Member) private readonly members: Repository<Member>,
  ) {}

  @Post()
  async register(): Promise<Member> {
    return this.members.save({ id: this.ids.generate(), invitedBy: null });
  }

  @Get(':id')
  async get(@Param('id', ParseIdPipe.of('member')) id: TypeId<'member'>): Promise<Member> {
    return this.members.findOneByOrFail({ id });
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env['DATABASE_URL'] ?? '', entities: [Member] }),
    TypeOrmModule.forFeature([Member]),
    IdsModule.forRoot({ formats: { member: memberIds } }),
  ],
  controllers: [MembersController],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
  const database = app.get(DataSource);
  await database.query('CREATE TABLE member (id uuid PRIMARY KEY, invited_by uuid)');
  await app.init();
  const registered = (await app.inject({ method: 'POST', url: '/members' })).json<Member>();
  const found = await app.inject({ url: `/members/${registered.id}` });
  console.log(found.statusCode, found.json<Member>().id === registered.id, memberIds.is(registered.id));
  const refused = await app.inject({ url: '/members/nothing' });
  console.log(refused.statusCode, refused.json<{ message: string }>().message.slice(0, 40));
  await app.close();
}

void main();
