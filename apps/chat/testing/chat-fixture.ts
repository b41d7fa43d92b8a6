import type { Answer, ChatFailure, ClientToServer, ServerToClient } from '@madang/chat-client';
import { connectEventBus } from '@madang/event-bus';
import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair, type CryptoKey, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module';
import { chatConfig } from '../src/chat.config';
import { chatDatabase } from '../src/data-source';
import type { CallAnswer, CallInput, CallName } from '../src/socket/protocol.schemas';

/** What `startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } })` gives. */
export interface Parts {
  readonly valkey: { readonly url: string };
  readonly kafka: { readonly brokers: string[] };
  readonly postgres: { url(database: string): string };
}

export interface Node {
  readonly app: NestFastifyApplication;
  readonly url: string;
}

export type TestSocket = Socket<ServerToClient, ClientToServer>;

/** Issues tokens, and serves the key that they are verified with, as the member service does. */
export class Issuer {
  private constructor(
    private readonly key: CryptoKey,
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Issuer> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' }] });
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(keys)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Issuer(privateKey, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  token(memberId: string, seconds = 3_600): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject(memberId).setIssuer(this.url).setAudience('madang').setIssuedAt(now).setExpirationTime(now + seconds).sign(this.key);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export async function migrate({ postgres }: Parts): Promise<DataSource> {
  const dataSource = await new DataSource(chatDatabase(postgres.url('chat'))).initialize();
  await dataSource.runMigrations();
  return dataSource;
}

export function environment({ postgres, valkey, kafka }: Parts, issuer: Issuer, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    CHAT_DATABASE_URL: postgres.url('chat'),
    CHAT_VALKEY_URL: valkey.url,
    KAFKA_BROKERS: kafka.brokers.join(','),
    AUTH_JWKS_URL: issuer.url,
    AUTH_ISSUER: issuer.url,
    LOG_LEVEL: 'silent',
    CHAT_CALLS_PER_10_S: '100000',
    ...more,
  };
}

/** The whole service on a free port. Several over the same parts are several nodes. */
export async function startNode(parts: Parts, issuer: Issuer, more: Readonly<Record<string, string>> & { readonly events?: 'off' } = {}): Promise<Node> {
  const { events, ...settings } = more;
  const { app } = await createService(
    { name: 'chat', title: 'Chat', description: 'Chat', config: chatConfig, module: (config) => AppModule.forRoot(config), port: (config) => config.CHAT_PORT },
    environment(parts, issuer, settings),
  );
  if (events !== 'off') await connectEventBus(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** A member with sockets. */
export class Talker {
  readonly sockets: TestSocket[] = [];

  private constructor(
    readonly id: string,
    readonly token: string,
  ) {}

  static async of(issuer: Issuer, id: string = randomUUID()): Promise<Talker> {
    return new Talker(id, await issuer.token(id));
  }

  /** A socket that does not connect again by itself. */
  async connect({ url }: Node, options: Readonly<Record<string, unknown>> = {}): Promise<TestSocket> {
    const socket: TestSocket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token: this.token }, ...options });
    this.sockets.push(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.disconnect();
  }

  async call(method: string, url: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...json });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async openRoom({ url }: Node, name = 'a room'): Promise<string> {
    const { status, body } = await this.call('POST', `${url}/rooms`, { name });
    if (status !== 201) throw new Error(`POST /rooms answers ${status}`);
    return String(body['id']);
  }
}

/** Says something and waits for the answer, whichever it is. */
export async function ask<E extends CallName>(socket: TestSocket, event: E, input: CallInput<E>): Promise<Answer<CallAnswer<E>>> {
  const untyped = socket.timeout(15_000) as unknown as { emitWithAck(event: string, input: unknown): Promise<Answer<CallAnswer<E>>> };
  return untyped.emitWithAck(event, input);
}

/** The same, where it has to succeed. */
export async function say<E extends CallName>(socket: TestSocket, event: E, input: CallInput<E>): Promise<CallAnswer<E>> {
  const answer = await ask(socket, event, input);
  if ('error' in answer) throw new Error(`${event}: ${answer.error.code}: ${answer.error.title}`);
  return answer;
}

/** The same, where it must not. */
export async function fail<E extends CallName>(socket: TestSocket, event: E, input: CallInput<E>): Promise<ChatFailure> {
  const answer = await ask(socket, event, input);
  if (!('error' in answer)) throw new Error(`${event} succeeded`);
  return answer.error;
}

export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean = Boolean, withinMs = 20_000): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > giveUpAt) throw new Error(`Last seen: ${JSON.stringify(seen)}`);
    await sleep(20);
  }
}
