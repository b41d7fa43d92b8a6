/**
 * Null and undefined pass through: a column may be nullable, and TypeORM asks for values that an entity does not have. In an array (`Any`, a
 * column that is an array) each element is an id.
 */
export interface IdTransformer<Value, Stored> {
  to(value: Value | readonly Value[] | null | undefined): Stored | Stored[] | null | undefined;
  from(stored: unknown): Value | Value[] | null | undefined;
}

/**
 * For `@PrimaryColumn(column)`, `@Column({ ...column, nullable: true })` and the columns of an `EntitySchema`. TypeORM (1.1)
 * - converts the values of `In`, `Between`, `LessThan` and their like in place: make an operator anew for each query;
 * - converts no parameters of a query builder, of `Raw` or of SQL: give them `column.transformer.to(id)`;
 * - makes the column of a relation without a transformer: declare that column too, under the same name.
 */
export interface IdColumn<Value, Stored, Type extends 'uuid' | 'bytea' | 'bigint'> {
  readonly type: Type;
  readonly transformer: IdTransformer<Value, Stored>;
}

/** Column and transformer come together, for one is wrong without the other. */
export function idColumn<Value, Stored, Type extends 'uuid' | 'bytea' | 'bigint'>(
  type: Type,
  write: (value: Value) => Stored,
  read: (stored: unknown) => Value,
): IdColumn<Value, Stored, Type> {
  return { type, transformer: { to: (value) => throughout(value, write), from: (stored) => throughout(stored, read) } };
}

function throughout<From, To>(value: From | readonly From[] | null | undefined, convert: (one: From) => To): To | To[] | null | undefined {
  if (value === null) return null;
  if (value === undefined) return undefined;
  return isArray(value) ? value.map((one) => convert(one)) : convert(value);
}

/** `Array.isArray` does not know readonly arrays. */
function isArray<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** What a driver hands over depends on its settings: for a person who changed them. */
export function unexpected(type: string, stored: unknown, hint: string): TypeError {
  return new TypeError(`The driver handed over a ${typeof stored} for a column of ids of type ${type}: ${hint}`);
}
