import { UnsupportedColumnError } from '../errors';
import type { Relation, RowAdded, RowTransaction } from '../row-added';
import { type ColumnFormat, columnFormat } from './column-format';

/** A row as a Kafka record. */
export interface RowAddedMessage {
  readonly topic: string;
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

/** Debezium's `topic.prefix` is `cdc.<database>`. */
const TOPIC_PREFIX = 'cdc';
/** The key is the aggregate's id, so that its rows keep their order within one partition. */
const KEY_COLUMN = 'aggregateid';
const VERSION = '0.1.0';

/** The topic of a table's rows: `cdc.<database>.<schema>.<table>`. */
export function rowAddedTopic(database: string, schema = 'public', table = 'outbox'): string {
  return `${TOPIC_PREFIX}.${database}.${schema}.${table}`;
}

/**
 * Encodes a row in the envelope that Debezium 3.7's Postgres connector writes with the JSON converter without schemas, and
 * with its key reduced to the plain aggregate id. `source.version` names this library; the clock of `ts_*` has
 * millisecond resolution.
 *
 * A string is built piece by piece, because all but the values is the same for every row of a transaction.
 *
 * @throws UnsupportedColumnError for a table without `aggregateid`, or a type without a form.
 * @see https://debezium.io/documentation/reference/3.7/connectors/postgresql.html#postgresql-create-events
 */
export function encodeRowAdded(row: RowAdded): RowAddedMessage {
  const layout = layoutOf(row.relation);
  const { values } = row;
  const key = values[layout.keyIndex];
  if (key === null || key === undefined) throw new UnsupportedColumnError(`A row of ${layout.topic} has no ${KEY_COLUMN}.`);
  let json = '{"before":null,"after":{';
  for (let column = 0; column < layout.columns.length; column++) {
    const { name, format } = layout.columns[column] as LayoutColumn;
    const text = values[column] ?? null;
    json += name + (text === null ? 'null' : format(text));
  }
  const source = sourceOf(layout, row.transaction);
  const lsn = row.lsn.toString();
  const now = Date.now();
  return {
    topic: layout.topic,
    key,
    value:
      `${json}},"source":{${source.untilSequenceLsn}${lsn}${source.untilLsn}${lsn},"xmin":null,"origin":null,` +
      `"origin_lsn":null},"transaction":null,"op":"c","ts_ms":${now},"ts_us":${now}000,"ts_ns":${now}000000}`,
  };
}

interface LayoutColumn {
  /** `"name":`, with a comma before all but the first. */
  readonly name: string;
  readonly format: ColumnFormat;
}

/** The parts of `source` around the row's position. */
interface SourceText {
  readonly untilSequenceLsn: string;
  readonly untilLsn: string;
}

interface Layout {
  readonly topic: string;
  readonly relation: Relation;
  readonly keyIndex: number;
  readonly columns: readonly LayoutColumn[];
  /** Of the transaction that was last encoded: its rows come one after the other. */
  transaction: RowTransaction | null;
  source: SourceText | null;
}

const layouts = new WeakMap<Relation, Layout>();

function layoutOf(relation: Relation): Layout {
  const known = layouts.get(relation);
  if (known) return known;
  const topic = rowAddedTopic(relation.database, relation.schema, relation.table);
  const keyIndex = relation.columns.findIndex((column) => column.name === KEY_COLUMN);
  if (keyIndex < 0) throw new UnsupportedColumnError(`The table of ${topic} has no column ${KEY_COLUMN}.`);
  const columns = relation.columns.map((column, index) => ({
    name: `${index === 0 ? '' : ','}${JSON.stringify(column.name)}:`,
    format: columnFormat(column),
  }));
  const layout: Layout = { topic, relation, keyIndex, columns, transaction: null, source: null };
  layouts.set(relation, layout);
  return layout;
}

function sourceOf(layout: Layout, transaction: RowTransaction): SourceText {
  if (layout.transaction === transaction && layout.source) return layout.source;
  const { database, schema, table } = layout.relation;
  const { commitTimeUs, previousCommitLsn, xid } = transaction;
  const previous = previousCommitLsn === null ? 'null' : `\\"${previousCommitLsn}\\"`;
  const source: SourceText = {
    untilSequenceLsn:
      `"version":"${VERSION}","connector":"postgresql","name":${JSON.stringify(`${TOPIC_PREFIX}.${database}`)},` +
      `"ts_ms":${Math.floor(commitTimeUs / 1000)},"snapshot":"false","db":${JSON.stringify(database)},` +
      `"sequence":"[${previous},\\"`,
    untilLsn:
      `\\"]","ts_us":${commitTimeUs},"ts_ns":${commitTimeUs}000,"schema":${JSON.stringify(schema)},` +
      `"table":${JSON.stringify(table)},"txId":${xid},"lsn":`,
  };
  layout.transaction = transaction;
  layout.source = source;
  return source;
}
