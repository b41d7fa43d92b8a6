import { join } from 'node:path';
import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import { aligned } from '../../core/aligned.ts';
import { messageOf, UserFacingError } from '../../core/user-facing-error.ts';
import { connectTo, postgresUrl } from '../../postgres/connect.ts';
import { ControlClient, runnerOf } from '../control-client.ts';
import { loadSecrets } from '../secrets.ts';
import { databases } from '../services.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';

/** Runs SQL on the primary, as the role that owns the database, and prints what comes back. */
export async function sql(args: readonly string[], environment: Environment): Promise<number> {
  const [database, text] = args;
  const usage = 'npm run sql -- member "SELECT * FROM member", for one.';
  if (!database || !text) throw new UserFacingError(`${database ? 'Which SQL?' : 'On which database?'} ${usage} There are: ${databases.join(', ')}`);
  if (!databases.includes(database)) throw new UserFacingError(`There is no database "${database}". There are: ${databases.join(', ')}`);
  const stateDirectory = stateDirectoryFrom(environment);
  if (!runnerOf(stateDirectory)) throw new UserFacingError('The sandbox does not run. npm start starts it.');
  const password = loadSecrets(join(stateDirectory, 'secrets.json'), databases).postgres.owners[database] ?? '';
  try {
    const answers = await run(postgresUrl(database, password, await primaryPort(stateDirectory), database), text);
    for (const answer of answers) console.log(render(answer));
  } catch (error) {
    throw new UserFacingError(messageOf(error), { cause: error });
  }
  return 0;
}

/** The runner knows; this command may have been given other settings than `npm start` was. */
async function primaryPort(stateDirectory: string): Promise<number> {
  const { processes } = await new ControlClient(stateDirectory).status();
  const port = processes.find(({ name }) => name === 'postgres')?.port;
  if (!port) throw new Error('This sandbox has no PostgreSQL.');
  return port;
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
