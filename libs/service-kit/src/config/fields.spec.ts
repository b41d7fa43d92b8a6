import { namedPostgresUrls } from './fields';

const url = (port: number): string => `postgres://board:secret@127.0.0.1:${port}/board`;

describe('named PostgreSQL URLs', () => {
  it('are read in order, each with its name', () => {
    expect(namedPostgresUrls().parse(`replica-1=${url(1)}?a=b, replica-2=${url(2)}`)).toEqual([
      { name: 'replica-1', url: `${url(1)}?a=b` },
      { name: 'replica-2', url: url(2) },
    ]);
  });

  it.each(['', url(1), `=${url(1)}`, 'replica-1=', 'replica-1=http://127.0.0.1/board', `a b=${url(1)}`, `r=${url(1)},r=${url(2)}`])('are not "%s"', (text) => {
    expect(namedPostgresUrls().safeParse(text).success).toBe(false);
  });
});
