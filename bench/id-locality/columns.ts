import type { GeneratorOptions, IdFormat } from '@madang/ids';
import type { Ids } from '../compiled-ids.ts';

export type ColumnType = 'uuid' | 'text' | 'bytea' | 'bigint';

/** A format in a column of a type. */
export interface IdColumn {
  readonly format: string;
  readonly type: ColumnType;
  readonly writer: Writer;
}

/** Makes a generator; its ids are elements of PostgreSQL's array literal. Writers have different numbers. */
export type Writer = (number: number, options: GeneratorOptions) => () => string;

type Format<Id extends string> = (number: number, options: GeneratorOptions) => IdFormat<Id>;

export function idColumns(ids: Ids): IdColumn[] {
  const asText = <Id extends string>(make: Format<Id>) => writerOf(make, (_format, id) => id);
  const asUuid = <Id extends string>(make: Format<Id>) => writerOf(make, (format, id) => ids.toUuid(format, id));
  const ulid: Format<string> = (_number, options) => ids.ulid(options);
  const ksuid: Format<string> = (_number, options) => ids.ksuid(options);
  const typeId: Format<string> = (_number, options) => ids.typeId({ prefix: 'member', ...options });
  return [
    { format: 'uuidv4', type: 'uuid', writer: asText(() => ids.uuidV4()) },
    { format: 'uuidv6', type: 'uuid', writer: asText((_number, options) => ids.uuidV6(options)) },
    { format: 'uuidv7', type: 'uuid', writer: asText((_number, options) => ids.uuidV7(options)) },
    { format: 'ulid', type: 'uuid', writer: asUuid(ulid) },
    { format: 'timeflake', type: 'uuid', writer: asUuid((_number, options) => ids.timeflake(options)) },
    { format: 'typeid', type: 'uuid', writer: asUuid(typeId) },
    { format: 'snowflake', type: 'bigint', writer: asText((node, options) => ids.snowflake({ node, ...options })) },
    { format: 'tsid', type: 'bigint', writer: writerOf((node, options) => ids.tsid({ node, ...options }), asBigint) },
    { format: 'ksuid', type: 'bytea', writer: writerOf(ksuid, asBytea) },
    { format: 'ksuid', type: 'text', writer: asText(ksuid) },
    { format: 'ulid', type: 'text', writer: asText(ulid) },
    { format: 'typeid', type: 'text', writer: asText(typeId) },
  ];
}

function writerOf<Id extends string>(make: Format<Id>, toElement: (format: IdFormat<Id>, id: Id) => string): Writer {
  return (number, options) => {
    const format = make(number, options);
    return () => toElement(format, format.generate());
  };
}

function asBigint<Id extends string>(format: IdFormat<Id>, id: Id): string {
  return String(Buffer.from(format.toBytes(id)).readBigInt64BE());
}

function asBytea<Id extends string>(format: IdFormat<Id>, id: Id): string {
  return String.raw`"\\x${Buffer.from(format.toBytes(id)).toString('hex')}"`;
}
