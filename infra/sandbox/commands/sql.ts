import { join } from 'node:path';
import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import { aligned } from '../../core/aligned.ts';
import { messageOf, UserFacingError } from '../../core/user-facing-error.ts';
import { connectTo, postgresUrl } from '../../postgres/connect.ts';
import { ControlClient } from '../control-client.ts';
import { checkDatabase, portOf, runningDirectory } from '../running-sandbox.ts';
import { loadSecrets } from '../secrets.ts';
import { databases } from '../services.ts';
import type { Environment } from '../settings.ts';

/** What people call the servers, and what their processes are called. */
const SERVERS = new Map([['primary', 'postgres'], ['replica-1', 'replica-1'], ['replica-2', 'replica-2']]);

/** Runs SQL on the primary, or where `--on` says, as the role that owns the database or as the superuser, and prints what comes back. */
export async function sql(args: readonly string[], environment: Environment): Promise<number> {
  const { superuser: isSuperuser, on, rest: [database, text, ...rest] } = optionsOf(args);
  const usage = 'npm run sql -- member "SELECT * FROM member", for one.';
  if (!database || !text) throw new UserFacingError(`${database ? 'Which SQL?' : 'On which database?'} ${usage} There are: ${databases.join(', ')}`);
  if (rest.length > 0) throw new UserFacingError(`The SQL goes into quotes, as one argument: ${usage}`);
  checkDatabase(database, databases);
  const stateDirectory = runningDirectory(environment);
  const { owners, superuser } = loadSecrets(join(stateDirectory, 'secrets.json'), databases).postgres;
  const [role, password] = isSuperuser ? ['postgres', superuser] : [database, owners[database] ?? ''];
  try {
    const answers = await run(postgresUrl(role, password, portOf(await new ControlClient(stateDirectory).status(), on), database), text);
    for (const answer of answers) console.log(render(answer));
  } catch (error) {
    throw new UserFacingError(messageOf(error), { cause: error });
  }
  return 0;
}

/** Options stand before the database: what comes after it is SQL, whatever it looks like. */
export function optionsOf(args: readonly string[]): { superuser: boolean; on: string; rest: readonly string[] } {
  const names = [...SERVERS.keys()].join(', ');
  let [superuser, on, at] = [false, 'primary', 0];
  for (; args[at]?.startsWith('--'); at++) {
    if (args[at] === '--superuser') superuser = true;
    else if (args[at] === '--on') on = args[++at] ?? '';
    else throw new UserFacingError(`There is no option ${args[at]}. There are: --superuser, --on SERVER (${names}).`);
  }
  const process = SERVERS.get(on);
  if (!process) throw new UserFacingError(`--on takes ${names}.`);
  return { superuser, on: process, rest: args.slice(at) };
}

type Cells = (string | null)[];

/** One answer a statement. Arrays, since two columns may have one name; values as PostgreSQL writes them. */
export async function run(url: string, text: string): Promise<QueryArrayResult<Cells>[]> {
  const query: QueryArrayConfig = { text, rowMode: 'array', types: { getTypeParser: () => (value: string) => value } };
  const client = await connectTo(url);
  try {
    return [await client.query<Cells>(query)].flat();
  } finally {
    await client.end();
  }
}

/** The rows below their columns' names, then how many; of a statement without rows, its name and how many it changed. */
export function render({ command, fields, rows, rowCount }: QueryArrayResult<Cells>): string {
  const count = (number: number): string => `${number} row${number === 1 ? '' : 's'}`;
  if (fields.length === 0) return rowCount === null ? command : `${command}: ${count(rowCount)}`;
  const names = fields.map(({ name }) => name);
  const cells = rows.map((row) => row.map((value) => (value === null ? 'NULL' : value.replaceAll('\n', String.raw`\n`))));
  const table = aligned([names, ...cells]);
  return `${table}\n(${count(rows.length)})`;
}
