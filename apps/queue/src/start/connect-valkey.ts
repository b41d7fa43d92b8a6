import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';

/** No call hangs: one that finds no connection fails at once, one that is not answered after a second. */
export function connectValkey(url: string): Redis {
  const redis = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  });
  const logger = new Logger('Valkey');
  redis.on('error', (error: Error) => logger.warn(error.message || String(error)));
  return redis;
}
