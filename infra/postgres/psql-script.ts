import { escapeIdentifier, escapeLiteral } from 'pg';
import { connectTo } from './connect.ts';

/**
 * The part of psql's language that the provisioning files use, so that psql and this runner (here, and as the job `provision` in Docker) execute the same files:
 * statements ended by `;`, `:'name'` (as a literal), `:"name"` (as an identifier), `\gexec`, `\connect`.
 */
export type Step =
  | { readonly kind: 'statement'; readonly sql: string }
  /** Executes each value of the result as a statement. */
  | { readonly kind: 'execute-result'; readonly sql: string }
  | { readonly kind: 'connect'; readonly database: string };

export type Variables = Readonly<Record<string, string>>;

const TOKEN =
  /(?<comment>--[^\n]*)|(?<string>'(?:[^']|'')*')|(?<identifier>"(?:[^"]|"")*")|(?<dollar>\$\$[\s\S]*?\$\$)|(?<literalVariable>(?<!:):'(?<literalName>\w+)')|(?<identifierVariable>(?<!:):"(?<identifierName>\w+)")|(?<gexec>\\gexec)|(?<connect>\\connect\s+(?<target>[^\n]+))|(?<end>;)/g;

/** @throws when the file uses a variable that is not given */
export function parsePsqlScript(script: string, variables: Variables): Step[] {
  const valueOf = (name: string | undefined): string => {
    const value = variables[name ?? ''];
    if (value === undefined) throw new Error(`The script uses the variable ${name}, which is not set`);
    return value;
  };
  const substitute = (text: string): string =>
    text.replaceAll(TOKEN, (token: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      if (groups['literalVariable']) return escapeLiteral(valueOf(groups['literalName']));
      if (groups['identifierVariable']) return escapeIdentifier(valueOf(groups['identifierName']));
      return groups['comment'] ? '' : token;
    });

  const steps: Step[] = [];
  let statementStart = 0;
  for (const match of script.matchAll(TOKEN)) {
    const { end, gexec, connect, target } = match.groups ?? {};
    if (!end && !gexec && !connect) continue;
    const sql = substitute(script.slice(statementStart, match.index)).trim();
    if (sql) steps.push({ kind: gexec ? 'execute-result' : 'statement', sql });
    if (connect) steps.push({ kind: 'connect', database: substitutePlain(target ?? '', valueOf) });
    statementStart = match.index + match[0].length;
  }
  const rest = substitute(script.slice(statementStart)).trim();
  if (rest) throw new Error(`The script's last statement has no end: ${rest.slice(0, 80)}`);
  return steps;
}

/** `\connect` takes a name, not SQL: it is put in without quotes. */
function substitutePlain(target: string, valueOf: (name: string) => string): string {
  return target.trim().replace(/^:?"(\w+)"$/, (whole, name: string) => (whole.startsWith(':') ? valueOf(name) : name));
}

/** Runs a script. @param urlOf connection string of a database of the server, as the role that provisions */
export async function runPsqlScript(
  script: string,
  variables: Variables,
  { urlOf, database }: { urlOf: (database: string) => string; database: string },
): Promise<void> {
  let client = await connectTo(urlOf(database));
  try {
    for (const step of parsePsqlScript(script, variables)) {
      if (step.kind === 'connect') {
        await client.end();
        client = await connectTo(urlOf(step.database));
        continue;
      }
      const result = await client.query<Record<string, string>>(step.sql);
      if (step.kind === 'execute-result') {
        for (const row of result.rows) for (const statement of Object.values(row)) await client.query(statement);
      }
    }
  } finally {
    await client.end();
  }
}
