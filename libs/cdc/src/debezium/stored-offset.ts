import { topicPrefix } from './connector-config';

/** Debezium's own names for positions, in the offset that it hands to Kafka Connect. */
const PROCESSED = 'lsn_proc';
const LAST = 'lsn';

/**
 * Where Debezium would go on: the last position up to which everything is in Kafka.
 *
 * @param offsets as Kafka Connect tells them
 * @returns null if nothing is remembered
 */
export function storedLsn(offsets: readonly { readonly offset: Readonly<Record<string, unknown>> | null }[]): bigint | null {
  const offset = offsets[0]?.offset;
  const position = offset?.[PROCESSED] ?? offset?.[LAST];
  return typeof position === 'number' && position > 0 ? BigInt(position) : null;
}

/**
 * The key under which a worker files a connector's offset in its topic of offsets (a JSON converter without schemas, written
 * without blanks). A record with this key and no value makes Kafka Connect forget it.
 *
 * An engine that takes the slot over must do that: the position that the other one remembers is then no longer where the
 * slot stands, which otherwise means that rows are missing.
 */
export function storedOffsetKey(connector: string, database: string): string {
  return JSON.stringify([connector, { server: topicPrefix(database) }]);
}
