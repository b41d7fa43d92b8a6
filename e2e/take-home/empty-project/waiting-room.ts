// What a user writes on the first day with @madang/waiting-room: one room, its log in PostgreSQL, and a Nest route behind it.
import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { PassIssuer, PassVerifier, PlaceGoneError, Tickets, verifyAdmissions, WaitingRooms } from '@madang/waiting-room';
import { CurrentPass, RequiresPass } from '@madang/waiting-room/nest';
import { CreateWaitingRoom1764300000000, TypeOrmRoomStore } from '@madang/waiting-room/typeorm';
import type { Pass } from '@madang/waiting-room';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { createLocalJWKSet, type JWK } from 'jose';
import { DataSource } from 'typeorm';

const key: JWK = { ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK), kid: 'first' };
const passes = new PassIssuer([key]);

@RequiresPass('event-product')
@Controller('orders')
class OrdersController {
  @Get()
  get(@CurrentPass() { visitor }: Pass): string {
    return visitor;
  }
}

@Module({ controllers: [OrdersController], providers: [{ provide: PassVerifier, useValue: new PassVerifier(createLocalJWKSet(passes.publicKeys)) }] })
class AppModule {}

async function main(): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL'] ?? '', { commandTimeout: 1_000, maxRetriesPerRequest: 0 });
  const dataSource = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] ?? '', migrations: [CreateWaitingRoom1764300000000], migrationsRun: true, migrationsTableName: 'waiting_room_migrations' }).initialize();
  const rooms = new WaitingRooms({ redis, store: new TypeOrmRoomStore(dataSource), tickets: new Tickets(['k'.repeat(32)]), passes });
  await rooms.configure('event-product', { limit: 1, intervalMs: 60_000 });

  const first = await rooms.enter('event-product', { visitor: 'mina' });
  console.log(first.status);
  const second = await rooms.enter('event-product');
  if (first.status !== 'admitted' || second.status !== 'waiting') throw new Error('One a minute.');
  console.log(second.status, second.position);

  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
  await app.init();
  const refused = await app.inject({ url: '/orders' });
  const answered = await app.inject({ url: '/orders', headers: { 'x-waiting-pass': first.pass } });
  console.log(refused.statusCode, answered.statusCode, answered.body);
  await app.close();

  await rooms.leave('event-product', second.ticket);
  await rooms.poll('event-product', second.ticket).catch((error: unknown) => console.log(error instanceof PlaceGoneError ? error.name : error));
  const log = await rooms.admissions('event-product', 0, 100);
  console.log(`${log.length} admission, faults: ${verifyAdmissions(log).length}`);
  await dataSource.destroy();
  redis.disconnect();
}

void main();
