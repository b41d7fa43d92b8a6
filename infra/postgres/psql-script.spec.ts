import { parsePsqlScript } from './psql-script.ts';

test('splits statements, and puts variables in as literals and identifiers', () => {
  const script = `
    -- a comment with ; and :'name'
    ALTER ROLE :"role" PASSWORD :'password';
    SELECT ';', '::text', 'it''s'::text;
  `;
  expect(parsePsqlScript(script, { role: 'a"b', password: "x'y" })).toEqual([
    { kind: 'statement', sql: `ALTER ROLE "a""b" PASSWORD 'x''y'` },
    { kind: 'statement', sql: "SELECT ';', '::text', 'it''s'::text" },
  ]);
});

test('knows \\gexec and \\connect', () => {
  const script = `SELECT 'CREATE ROLE x' WHERE true \\gexec\n\\connect :"database"\nSELECT 1;`;
  expect(parsePsqlScript(script, { database: 'member' })).toEqual([
    { kind: 'execute-result', sql: "SELECT 'CREATE ROLE x' WHERE true" },
    { kind: 'connect', database: 'member' },
    { kind: 'statement', sql: 'SELECT 1' },
  ]);
});

test('leaves quoted text alone, as psql does', () => {
  expect(parsePsqlScript(`DO $$ BEGIN PERFORM :'x'; END $$;`, {})).toEqual([{ kind: 'statement', sql: `DO $$ BEGIN PERFORM :'x'; END $$` }]);
});

test('a variable that is not set, and a statement without an end, are errors', () => {
  expect(() => parsePsqlScript(`SELECT :'x';`, {})).toThrow('The script uses the variable x, which is not set');
  expect(() => parsePsqlScript('SELECT 1', {})).toThrow("The script's last statement has no end: SELECT 1");
});
