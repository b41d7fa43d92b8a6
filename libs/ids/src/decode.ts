import { fromUuid } from './conversion';
import type { Explanation, IdFormat } from './format';
import { ksuid } from './ksuid';
import { SNOWFLAKE_PRESETS } from './snowflake/layout';
import { snowflake } from './snowflake/snowflake';
import { timeflake } from './timeflake';
import { tsid } from './tsid';
import { typeId } from './type-id';
import { ulid } from './ulid';
import { uuidV4 } from './uuid/uuid-v4';
import { uuidV6 } from './uuid/uuid-v6';
import { uuidV7 } from './uuid/uuid-v7';

/** One that only reads: it makes no ids, so it needs no number. */
const readOnly = (): never => {
  throw new Error('This generator only reads.');
};

interface Reader {
  /** Tells apart what has one format name: the preset of a Snowflake. */
  readonly preset?: string;
  read(text: string): Explanation;
}

function snowflakeReader(preset: keyof typeof SNOWFLAKE_PRESETS): Reader {
  return { preset, read: reader(snowflake({ preset, node: readOnly })).read };
}

function reader<Id extends string>(format: { parseLenient(text: string): Id; explain(id: Id): Explanation }): Reader {
  return { read: (text) => format.explain(format.parseLenient(text)) };
}

const READERS: readonly Reader[] = [
  reader(uuidV7()), reader(uuidV6()), reader(uuidV4()), reader(ulid()), reader(ksuid()), reader(timeflake()), reader(tsid({ node: readOnly })),
  snowflakeReader('twitter'), snowflakeReader('discord'), snowflakeReader('instagram'),
];

const STORED_AS_UUID = [storedAsUuid(ulid()), storedAsUuid(timeflake())];

function storedAsUuid<Id extends string>(format: IdFormat<Id>): (uuid: string) => Explanation {
  return (uuid) => format.explain(fromUuid(format, uuid));
}

/** A reading of a pasted text; `preset` says which Snowflake. */
export type Reading = Explanation & { readonly preset?: string };

/** Every format that `text` could be (spaces around it and the lenient spellings are taken), and what it then says. Empty if none. */
export function decode(text: string): Reading[] {
  const trimmed = text.trim();
  const separator = trimmed.lastIndexOf('_');
  const readings: Reading[] = [];
  for (const { preset, read } of READERS) {
    const reading = attempt(() => read(trimmed));
    if (reading) readings.push(preset === undefined ? reading : { ...reading, preset });
  }
  // What a database shows of a ULID or Timeflake in a column of type uuid.
  for (const read of STORED_AS_UUID) {
    const reading = attempt(() => read(trimmed));
    if (reading) readings.push(reading);
  }
  // A leading underscore is no TypeID, though an empty prefix is one without it.
  const asTypeId = separator === 0 ? undefined : attempt(() => reader(typeId({ prefix: trimmed.slice(0, Math.max(separator, 0)), anyUuid: true })).read(trimmed));
  if (asTypeId) readings.push(asTypeId);
  return readings;
}

function attempt(read: () => Explanation): Explanation | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
