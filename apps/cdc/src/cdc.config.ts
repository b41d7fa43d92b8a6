import { brokers, csv, httpUrl, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const cdcConfig = z.object({
  CDC_PORT: port(8107),
  /** One URL a database, separated by commas, of a role that may replicate and read the outbox. */
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
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
