import { UnsupportedColumnError } from '../errors';
import type { RelationColumn } from '../row-added';

/** Writes the JSON of a value from PostgreSQL's text form. */
export type ColumnFormat = (text: string) => string;

/** The characters of a UUID need no escaping. */
const quoted: ColumnFormat = (text) => `"${text}"`;
const string: ColumnFormat = (text) => JSON.stringify(text);
/** The digits as they are: a bigint beyond 2^53 stays exact. */
const number: ColumnFormat = (text) => text;
const boolean: ColumnFormat = (text) => (text === 't' ? 'true' : 'false');

/** `2026-11-23 06:20:21.1234+00`: what a session in UTC with ISO dates prints; years of four digits only. */
const TIMESTAMP_LENGTH_MIN = '2026-11-23 06:20:21+00'.length;

/**
 * `2026-11-23T06:20:21.1234Z`. PostgreSQL and Debezium (ISO_OFFSET_DATE_TIME) both leave out trailing zeros of the
 * fraction, so only the separators change.
 */
const timestamp: ColumnFormat = (text) => {
  if (text.length < TIMESTAMP_LENGTH_MIN || text[10] !== ' ' || !text.endsWith('+00')) {
    throw new UnsupportedColumnError(`The time "${text}" has no form in the envelope (years 0001 to 9999 only).`);
  }
  return `"${text.slice(0, 10)}T${text.slice(11, -3)}Z"`;
};

/** By `pg_type.oid`; the forms are those of Debezium's Postgres connector with its default settings. */
const FORMATS = new Map<number, ColumnFormat>([
  [16, boolean],
  [20, number], // int8
  [21, number], // int2
  [23, number], // int4
  [25, string], // text
  [114, string], // json: a string that holds the text of the JSON
  [1042, string], // char(n)
  [1043, string], // varchar
  [1184, timestamp], // timestamptz
  [2950, quoted], // uuid
  [3802, string], // jsonb: as json
]);

/** @throws UnsupportedColumnError, rather than to guess a form that the other engine does not share. */
export function columnFormat(column: RelationColumn): ColumnFormat {
  const format = FORMATS.get(column.typeOid);
  if (format) return format;
  throw new UnsupportedColumnError(
    `Column "${column.name}" has a type (pg_type.oid ${column.typeOid}) that the row-added envelope has no form for; use ` +
      `uuid, text, varchar, jsonb, json, boolean, smallint, integer, bigint or timestamptz.`,
  );
}
