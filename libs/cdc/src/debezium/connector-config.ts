import { HEARTBEAT_PREFIX } from '../slot/control-connection';

/** Where Debezium reads, and how it is allowed to. */
export interface ConnectorSource {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The password, or better what one of Kafka Connect's config providers puts it in for: the REST interface shows this text. */
  readonly password: string;
  readonly database: string;
  readonly slot: string;
  readonly publication: string;
  /** `schema.table`. */
  readonly table: string;
  /** Time between heartbeats in milliseconds. */
  readonly heartbeatIntervalMs: number;
}

/** A connector's configuration: Kafka Connect knows only strings. */
export type ConnectorConfig = Readonly<Record<string, string>>;

/** Remembers which server's log the stored offsets belong to; Debezium ignores it. */
export const LOG_HISTORY = 'madang.log.history';

/** The connector of a database; no two may read one slot. */
export function connectorName(database: string): string {
  return `outbox-${database}`;
}

/** `topic.prefix`; Debezium's `source.name`, and what its offsets are filed under. */
export function topicPrefix(database: string): string {
  return `cdc.${database}`;
}

/** Where Debezium writes its heartbeats. It must exist: neither broker nor worker makes topics. */
export function heartbeatTopic(database: string): string {
  return `__debezium-heartbeat.${topicPrefix(database)}`;
}

/**
 * The configuration with which Debezium 3.7 writes what {@link encodeRowAdded} writes, begins where the slot stands, and skips
 * nothing. Whatever is a matter of loss or order is said here, not left to the defaults of a worker that somebody else runs.
 *
 * @param logHistory what the server's log is called: system identifier and timeline
 * @see https://debezium.io/documentation/reference/3.7/connectors/postgresql.html#postgresql-connector-properties
 */
export function connectorConfig(source: ConnectorSource, logHistory: string): ConnectorConfig {
  const { host, port, user, password, database, slot, publication, table, heartbeatIntervalMs } = source;
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'tasks.max': '1',
    [LOG_HISTORY]: logHistory,

    'database.hostname': host,
    'database.port': String(port),
    'database.user': user,
    'database.password': password,
    'database.dbname': database,

    // Both exist, and only the slot says where to begin: no snapshot, nothing made or dropped.
    'plugin.name': 'pgoutput',
    'slot.name': slot,
    'slot.drop.on.stop': 'false',
    'slot.failover': 'true',
    'publication.name': publication,
    'publication.autocreate.mode': 'disabled',
    'snapshot.mode': 'no_data',
    // Where another engine has read on, the slot is right and Debezium's own memory is old.
    'offset.mismatch.strategy': 'trust_slot',
    // Only what is in Kafka is confirmed: the driver does not answer keepalives with what it has merely received.
    'lsn.flush.mode': 'connector',

    'topic.prefix': topicPrefix(database),
    'table.include.list': exactly(table),
    // What is not an insert cannot come through the publication; if it does, the relay shall see it.
    'skipped.operations': 'none',
    'tombstones.on.delete': 'false',
    // Headers that name the connector and its run, on each record.
    'extended.headers.enabled': 'false',

    // The key is the aggregate's id as plain text. By the primary key an aggregate's order would be lost over partitions.
    'message.key.columns': `${exactly(table)}:aggregateid`,
    transforms: 'key',
    'transforms.key.type': 'org.apache.kafka.connect.transforms.ExtractField$Key',
    'transforms.key.field': 'aggregateid',
    'transforms.key.predicate': 'rows',
    predicates: 'rows',
    'predicates.rows.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
    'predicates.rows.pattern': exactly(`${topicPrefix(database)}.${table}`),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',

    // An idle database's slot moves on, whether or not anybody watches. The messages themselves are published nowhere.
    'heartbeat.interval.ms': String(heartbeatIntervalMs),
    'heartbeat.action.query': `SELECT pg_logical_emit_message(false, '${HEARTBEAT_PREFIX}', 'debezium')`,
    'message.prefix.exclude.list': exactly(HEARTBEAT_PREFIX),

    // A value without a form ends the task. The default is a warning, and a row with a hole in it.
    'event.converting.failure.handling.mode': 'fail',
    'event.processing.failure.handling.mode': 'fail',
    'errors.tolerance': 'none',
    // A server that restarts is back within seconds: Debezium tries again for ever, but not only every 10 s.
    'errors.max.retries': '-1',
    'retriable.restart.connector.wait.ms': '1000',
    'slot.max.retries': '20',
    'slot.retry.delay.ms': '500',

    // A lone row waits for the next poll; the default of 500 ms would be most of its way.
    'poll.interval.ms': '10',
    // 8,192 rows of 256 kB would not fit into the worker.
    'max.queue.size.in.bytes': String(16 * 1024 * 1024),

    'producer.override.acks': 'all',
    'producer.override.enable.idempotence': 'true',
    'producer.override.max.in.flight.requests.per.connection': '5',
    // A Kafka that is away for hours stops nothing for good.
    'producer.override.delivery.timeout.ms': '2147483647',
    'producer.override.compression.type': 'none',
    'producer.override.linger.ms': '0',
  };
}

/** Debezium reads names as regular expressions. */
function exactly(name: string): string {
  return name.replaceAll(/[.$]/g, String.raw`\$&`);
}
