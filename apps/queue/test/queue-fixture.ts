import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module';
import { queueDatabase } from '../src/data-source';
import { queueConfig } from '../src/queue.config';

const ADMIN_TOKEN = 'an-admin-token-of-a-test';
export const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const SECRETS = {
  QUEUE_TICKET_KEYS: 'a key of a test of thirty-two bytes or more',
  QUEUE_PASS_PRIVATE_KEYS: JSON.stringify([{ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid: 'test' }]),
  ADMIN_TOKEN,
};

/** What `startInfra({ valkey: true, postgres: { databases: ['queue'] } })` gives. */
interface Parts {
  readonly valkey: { readonly url: string };
  readonly postgres: { url(database: string): string };
}

export interface Queue {
  readonly app: NestFastifyApplication;
  readonly url: string;
}

/** The whole service on a free port. Several over the same parts are several processes of it. */
export async function startQueue({ valkey, postgres }: Parts, more: Readonly<Record<string, string>> = {}): Promise<Queue> {
  const { app } = await createService(
    { name: 'queue', title: 'Queue', description: 'Queue', config: queueConfig, module: (config) => AppModule.forRoot(config), port: (config) => config.QUEUE_PORT },
    { QUEUE_DATABASE_URL: postgres.url('queue'), QUEUE_VALKEY_URL: valkey.url, LOG_LEVEL: 'silent', ...SECRETS, ...more },
  );
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

export async function migrate({ postgres }: Parts): Promise<void> {
  const dataSource = await new DataSource(queueDatabase(postgres.url('queue'))).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where it is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Any call; answers of every status resolve, and nothing is followed. */
export async function call(method: string, url: string, headers: Readonly<Record<string, string>> = {}, body?: unknown): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method, redirect: 'manual', headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...json });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}
