import { randomUUID } from 'node:crypto';
import { connectEventBus } from '@madang/event-bus';
import { type MessageSpokenPayload, messagePosted } from '@madang/events';
import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module';
import { moderatorDatabase } from '../src/data-source';
import type { SpokenEvent } from '../src/judging/judge-messages.service';
import { moderatorConfig } from '../src/moderator.config';
import type { RuleDefinition } from '../src/rules/rule.contract';

const ADMIN_TOKEN = 'an-admin-token-of-a-test';
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };

export async function migrated(url: string): Promise<DataSource> {
  return new DataSource({ ...moderatorDatabase(url), migrationsRun: true }).initialize();
}

/** A live rule for one word, without a cooldown unless given. */
export function wordRule(word: string, more: Partial<RuleDefinition> = {}): RuleDefinition {
  return { id: word, detection: { kind: 'words', words: [word] }, text: `No ${word}, please.`, action: 'warn', cooldownMs: 0, mode: 'live', ...more };
}

interface Said extends Partial<MessageSpokenPayload> {
  /** Of the event, in ms. */
  readonly at?: number;
  readonly type?: string;
}

/** Each call another event; of another message in another room unless given. */
export function said(text: string, { at = Date.now(), type = messagePosted.type, ...more }: Said = {}): SpokenEvent {
  const payload = { roomId: randomUUID(), seq: 1, messageId: randomUUID(), senderId: randomUUID(), text, ...more };
  return { id: randomUUID(), type, schemaVersion: 1, source: '/chat', aggregateId: payload.roomId, aggregateVersion: payload.seq, time: new Date(at).toISOString(), payload };
}

export interface Moderator {
  readonly app: NestFastifyApplication;
  call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
}

interface Parts {
  readonly kafka: { readonly brokers: readonly string[] };
  readonly postgres: { url(database: string): string };
}

/** The whole service, as the admin sees it. Several over the same parts are several processes of it. */
export async function startModerator({ kafka, postgres }: Parts): Promise<Moderator> {
  const env = { MODERATOR_DATABASE_URL: postgres.url('moderator'), KAFKA_BROKERS: kafka.brokers.join(','), LOG_LEVEL: 'silent', ADMIN_TOKEN };
  const { app } = await createService(
    { name: 'moderator', title: 'Moderator', description: 'Moderator', config: moderatorConfig, module: (config) => AppModule.forRoot(config), port: (config) => config.MODERATOR_PORT },
    env,
  );
  await connectEventBus(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    call: async <T>(method: string, path: string, body?: unknown) => {
      const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { ...ADMIN, 'content-type': 'application/json' } };
      const response = await fetch(`${url}${path}`, { method, headers: ADMIN, ...json });
      return { status: response.status, body: (await response.json()) as T };
    },
  };
}
