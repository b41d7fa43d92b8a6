// The process that `http-cost.ts` asks: a Nest application over Fastify, with the library behind one controller, and one GET of Redis, and one empty script with the keys and
// arguments of a poll, behind the same. Told the address of Valkey by its parent, it answers with its own.
import { Controller, Get, Headers, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Place } from '@madang/waiting-room';
import { type Client, clientsOf } from './rooms.ts';
import { EMPTY, EMPTY_SHA, KEYS } from './script-cost.ts';

export interface Order {
  readonly url: string;
  readonly room: string;
}

process.once('message', ({ url, room }: Order) => void serve(url, room));
process.once('disconnect', () => process.exit());

async function serve(url: string, room: string): Promise<void> {
  const clients = await clientsOf(url);
  await clients.know(room);
  const plain = clients.open();
  await plain.redis.script('LOAD', EMPTY);
  const controllers = [routes('plain', plain, room), routes('pipelined', clients.open({ enableAutoPipelining: true }), room)];
  class App {}
  Module({ controllers })(App);
  const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  process.send?.(await app.getUrl());
}

/** Decorated by hand: Node strips types, and leaves no decorators. */
function routes(path: string, { redis, rooms }: Client, room: string): Type {
  class Routes {
    async floor(ticket: string): Promise<{ value: string | null }> {
      return { value: await redis.get(ticket) };
    }

    async script(ticket: string): Promise<{ value: unknown }> {
      return { value: await redis.evalsha(EMPTY_SHA, KEYS.length, ...KEYS, 'poll', ticket.split('.')[3] ?? '', ticket.split('.')[4] ?? '', 0, 0) };
    }

    poll(ticket: string): Promise<Place> {
      return rooms.poll(room, ticket);
    }
  }
  Controller(path)(Routes);
  for (const name of ['floor', 'script', 'poll'] as const) {
    Get(name)(Routes.prototype, name, Object.getOwnPropertyDescriptor(Routes.prototype, name) ?? {});
    Headers('x-waiting-ticket')(Routes.prototype, name, 0);
  }
  return Routes;
}
