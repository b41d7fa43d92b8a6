import { z } from 'zod';
import { queryInteger } from './fields';

/** Pages have 20 items unless asked otherwise, and at most 100. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/**
 * The query `?limit=&cursor=`, where a cursor holds a position such as `{ createdAt, id }` of the last item seen. It is
 * opaque to clients but not secret, and checked like any other input: a forged one is answered 400.
 */
export function pageQuery<P extends z.ZodType>(position: P) {
  return z.strictObject({
    limit: queryInteger({ min: 1, max: MAX_LIMIT }).default(DEFAULT_LIMIT).meta({ description: `Items on the page; ${DEFAULT_LIMIT} unless given` }),
    cursor: cursorOf(position).optional().meta({ description: 'nextCursor of the page before' }),
  });
}

/** The answer `{ items, nextCursor }`; `nextCursor` is null on the last page. */
export function pageOf<I extends z.ZodType>(item: I) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Pass it as ?cursor= for the next page; null on the last one' }),
  });
}

/**
 * Makes a page of rows. Query for `limit + 1` of them: the extra row tells whether there is a next page.
 *
 * @param position what the next page starts after
 */
export function toPage<R, I>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => I,
  position: (row: R) => unknown,
): { items: I[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null;
  return { items: shown.map(view), nextCursor };
}

/** An opaque cursor: base64url of JSON. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function cursorOf<P extends z.ZodType>(position: P) {
  return z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'is not a cursor of this list', abort: true })
    .transform((cursor, refinement): z.output<P> => {
      const parsed = position.safeParse(decode(cursor));
      if (parsed.success) return parsed.data;
      refinement.addIssue({ code: 'custom', message: 'is not a cursor of this list' });
      return z.NEVER;
    });
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
