import { brokers, csv, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const cdcConfig = z.object({
  CDC_PORT: port(8107),
  /** One URL a database, separated by commas, of a role that may replicate and read the outbox. */
  CDC_DATABASE_URLS: csv().pipe(z.array(postgresUrl())),
  KAFKA_BROKERS: brokers(),
});

export type CdcConfig = z.output<typeof cdcConfig>;

/** The database that a connection URL names. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
