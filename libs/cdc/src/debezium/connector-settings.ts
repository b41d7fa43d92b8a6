import { type ReaderLogger, SILENT_LOGGER } from '../reader-logger';

/** What a {@link DebeziumConnector} needs, and what it takes where nothing is said. */
export interface DebeziumConnectorOptions {
  /** Kafka Connect's REST interface, such as `http://127.0.0.1:18083`. */
  readonly connectUrl: string;
  /** Of a role with REPLICATION and SELECT on the outbox, as a URL: the keeper connects by it, and so does Debezium. */
  readonly connection: string;
  /**
   * What stands for the password in the connector's configuration, which the REST interface shows to whoever reaches it:
   * a reference to one of the worker's config providers, such as `${file:/run/secrets/cdc.properties:password}`. Default: the
   * password itself.
   */
  readonly passwordReference?: string;
  /** A logical slot of plugin pgoutput, made by {@link createSlot} when the database was provisioned. */
  readonly slot: string;
  /** Of the outbox table: `publish = 'insert'`, `publish_via_partition_root = true`. */
  readonly publication: string;
  /** The outbox table as `schema.table`; default `public.outbox`. */
  readonly table?: string;
  /** Time between Debezium's heartbeats in milliseconds; default 5,000. */
  readonly heartbeatIntervalMs?: number;
  /** Time between two looks at slot, connector and task in milliseconds; default 1,000. */
  readonly lookIntervalMs?: number;
  /** How long a task may fail in spite of restarts before the keeper halts, in milliseconds; default 900,000 (15 minutes). */
  readonly failurePatienceMs?: number;
  readonly logger?: ReaderLogger;
}

export type ConnectorSettings = Required<Omit<DebeziumConnectorOptions, 'passwordReference'>> & {
  readonly database: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** For the connector's configuration. */
  readonly password: string;
};

/** @throws TypeError for a connection that is no URL. */
export function connectorSettingsOf(options: DebeziumConnectorOptions): ConnectorSettings {
  const { hostname, port, username, password, pathname } = new URL(options.connection);
  const { passwordReference = decodeURIComponent(password), ...rest } = options;
  return {
    table: 'public.outbox',
    heartbeatIntervalMs: 5_000,
    lookIntervalMs: 1_000,
    failurePatienceMs: 15 * 60_000,
    logger: SILENT_LOGGER,
    ...rest,
    connectUrl: rest.connectUrl.replace(/\/$/, ''),
    database: decodeURIComponent(pathname.slice(1)),
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: passwordReference,
  };
}
