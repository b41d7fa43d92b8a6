import { Redis } from 'ioredis';
import { type Infra, startInfra } from '../../infra/test-infra.ts';

export type Fsync = 'always' | 'everysec';

/** The sandbox's own settings, but that a million fit in, and that no rewrite of the file falls into one turn and not into another. */
export async function startValkey(): Promise<{ infra: Infra; redis: Redis }> {
  const infra = await startInfra({ valkey: true });
  const redis = new Redis(infra.valkey.url);
  await redis.config('SET', 'maxmemory', '0', 'auto-aof-rewrite-percentage', '0');
  return { infra, redis };
}

export async function fsync(redis: Redis, how: Fsync): Promise<void> {
  await redis.config('SET', 'appendfsync', how);
}

export async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

/** What the server itself takes for an EVALSHA, in microseconds, since the last time that this was asked. */
export async function scriptMicroseconds(redis: Redis): Promise<number> {
  const found = /^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(await redis.info('commandstats'))?.[1];
  await redis.config('RESETSTAT');
  return Number(found);
}
