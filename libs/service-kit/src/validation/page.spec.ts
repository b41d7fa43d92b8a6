import { z } from 'zod';
import { queryInteger, text, uuid } from './fields';
import { encodeCursor, pageQuery, toPage } from './page';

const Query = pageQuery(z.strictObject({ id: uuid() }));
const id = '0198c6a2-7f3b-7c41-9d2e-5b8f6a1c4e70';

describe('pages', () => {
  it('walk through a list, each item once', () => {
    const all = Array.from({ length: 7 }, (_, index) => index);
    const seen: number[] = [];
    let after = -1;
    for (;;) {
      const { items, nextCursor } = toPage(all.filter((row) => row > after).slice(0, 4), 3, (row) => row, (row) => ({ row }));
      seen.push(...items);
      if (nextCursor === null) break;
      after = (JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as { row: number }).row;
    }
    expect(seen).toEqual(all);
  });

  it('have 20 items unless asked otherwise, and a cursor that comes back as its position', () => {
    expect(Query.parse({})).toEqual({ limit: 20 });
    expect(Query.parse({ limit: '100', cursor: encodeCursor({ id }) })).toEqual({ limit: 100, cursor: { id } });
  });

  it.each([encodeCursor({ id: "' OR 1=1" }), encodeCursor({ id, more: 1 }), encodeCursor(null), 'e30', '', 'AAAA=', 'a'.repeat(513), ['a']])(
    'refuse the cursor %j',
    (cursor) => {
      expect(Query.safeParse({ cursor }).success).toBe(false);
    },
  );
});

describe('fields', () => {
  it('count characters as PostgreSQL and JSON Schema do', () => {
    expect(text(3).safeParse('😀😀😀').success).toBe(true);
    expect(text(3).safeParse('😀😀😀😀').success).toBe(false);
    expect(text(3).safeParse('').success).toBe(false);
  });

  it.each(['a\0', '\0', 'a\ud83d', '\ude00a'])('refuse %j, which no store can hold', (value) => {
    expect(text(10).safeParse(value).success).toBe(false);
  });

  it('read a UUID in either case as one', () => {
    expect(uuid().parse(id.toUpperCase())).toBe(id);
  });

  it.each(['', ' 5', '5 ', '0x5', '5e0', '5.0', '+5', 'NaN', true, ['5'], null])('do not read %j as a whole number', (value) => {
    expect(queryInteger({ min: 1, max: 10 }).safeParse(value).success).toBe(false);
  });
});
