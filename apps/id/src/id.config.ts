import { port, redisUrl } from '@madang/service-kit';
import { z } from 'zod';

export const idConfig = z.object({
  ID_PORT: port(8105),
  ID_VALKEY_URL: redisUrl(),
});

export type IdConfig = z.output<typeof idConfig>;
