import { brokers, csv, httpUrl, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const cdcConfig = z.object({
  CDC_PORT: port(8107),
  /**
   * URLs of databases, separated by commas, of a role that may replicate and read the outbox. Several of the same database
   * are its servers, of which one at a time is the primary.
   */
  CDC_DATABASE_URLS: csv().pipe(z.array(postgresUrl())),
  KAFKA_BROKERS: brokers(),
  /** What carries the rows: this process, or Debezium on Kafka Connect, which this process then keeps running. */
  CDC_ENGINE: z.enum(['embedded', 'debezium']).default('embedded'),
  /** Kafka Connect's REST interface; read with `debezium` only. */
  CDC_CONNECT_URL: httpUrl().default('http://127.0.0.1:18083'),
  /**
   * What stands for the password of CDC_DATABASE_URLS in the connectors' configuration, such as
   * `${file:/run/secrets/cdc.properties:password}`. Without it the password itself does, for all to see who reach the REST interface.
   */
  CDC_CONNECT_PASSWORD: z.string().optional(),
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
