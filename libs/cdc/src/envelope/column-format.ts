import { UnsupportedColumnError } from '../errors';
import type { RelationColumn } from '../row-added';

/** Writes the JSON of a value from PostgreSQL's text form. */
export type ColumnFormat = (text: string) => string;

/** The characters of a UUID need no escaping. */
const quoted: ColumnFormat = (text) => `"${text}"`;
/** What Jackson, which writes Debezium's JSON, escapes in another way than V8: characters beyond U+FFFF, and hex digits in capitals. */
// oxlint-disable-next-line no-control-regex -- these are the characters in question
const ESCAPED_BY_JACKSON = /([\u000b\u000e\u000f\u001a-\u001f\ud800-\udfff])/;
const string: ColumnFormat = (text) => {
  if (!ESCAPED_BY_JACKSON.test(text)) return JSON.stringify(text);
  const parts = text.split(ESCAPED_BY_JACKSON);
  const escaped = parts.map((part, index) => (index % 2 === 0 ? JSON.stringify(part).slice(1, -1) : unicodeEscape(part)));
  return `"${escaped.join('')}"`;
};
/** The digits as they are: a bigint beyond 2^53 stays exact. */
const number: ColumnFormat = (text) => text;
const boolean: ColumnFormat = (text) => (text === 't' ? 'true' : 'false');

/** What a session in UTC with ISO dates prints. Microseconds are what nearly every time has; the others take the slow way. */
const MICROSECONDS_LENGTH = '2026-11-23 06:20:21.123456+00'.length;
const TIMESTAMP = /^(\d{4,6})(-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00( BC)?$/;

/**
 * `2026-11-23T06:20:21.123400Z`: ISO 8601 with the six digits of the column's precision, zeros included, as Debezium writes it.
 * The year before 0001 is 0000, and one beyond 9999 has a sign. `infinity` stays what it is.
 */
const timestamp: ColumnFormat = (text) => {
  if (text.length === MICROSECONDS_LENGTH && text.endsWith('+00')) return `"${text.slice(0, 10)}T${text.slice(11, -3)}Z"`;
  if (text === 'infinity' || text === '-infinity') return `"${text}"`;
  const [, year = '', day, time, fraction = '', beforeChrist] = TIMESTAMP.exec(text) ?? [];
  if (!day) throw new UnsupportedColumnError(`The time "${text}" has no form in the envelope: the session must print UTC and ISO dates.`);
  return `"${isoYear(Number(year), beforeChrist !== undefined)}${day}T${time}.${fraction.padEnd(6, '0')}Z"`;
};

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function isoYear(year: number, beforeChrist: boolean): string {
  const signed = beforeChrist ? 1 - year : year;
  const digits = String(Math.abs(signed)).padStart(4, '0');
  if (signed < 0) return `-${digits}`;
  return signed > 9999 ? `+${digits}` : digits;
}

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
