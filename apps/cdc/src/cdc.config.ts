import { brokers, csv, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const cdcConfig = z.object({
  CDC_PORT: port(8107),
  /**
   * URLs of databases, separated by commas, of a role that may replicate and read the outbox. Several of the same database
   * are its servers, of which one at a time is the primary.
   */
  CDC_DATABASE_URLS: csv().pipe(z.array(postgresUrl())),
  KAFKA_BROKERS: brokers(),
});

export type CdcConfig = z.output<typeof cdcConfig>;

/** The database that a connection URL names. */
function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** The servers of each database, in the order in which they are named. */
export function serversByDatabase(urls: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(urls, databaseOf);
}
