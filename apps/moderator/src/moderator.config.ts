import { brokers, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const moderatorConfig = z.object({
  MODERATOR_PORT: port(8108),
  MODERATOR_DATABASE_URL: postgresUrl(),
  KAFKA_BROKERS: brokers(),
});

export type ModeratorConfig = z.output<typeof moderatorConfig>;
