import { z } from 'zod';

/**
 * A text of 1 to `max` characters (Unicode code points, as PostgreSQL and JSON Schema count them) that every store can
 * hold: PostgreSQL refuses NUL, and a lone surrogate is no text at all in UTF-8.
 */
export function text(max: number) {
  return z
    .string()
    .min(1)
    .refine((value) => !value.includes('\0'), { error: 'must not contain the NUL character', abort: true })
    .refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode', abort: true })
    .refine((value) => value.length <= max || Array.from(value).length <= max, { error: `must have at most ${max} characters` })
    .meta({ maxLength: max, pattern: String.raw`^[^\u0000]*$` });
}

/** A UUID of any version, in lower case. Without an example: Swagger UI would fill it into filters and paths, where it finds nothing. */
export function uuid() {
  return z.uuid().toLowerCase();
}

/** A whole number in a query string. JavaScript would read `''`, `' 5'` and `'0x10'` as numbers; this does not. */
export function queryInteger({ min, max }: { min: number; max: number }) {
  const read = (value: unknown): unknown => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value);
  const error = `expected a whole number from ${min} to ${max}`;
  return z.preprocess(read, z.int({ error }).min(min, { error }).max(max, { error }));
}
