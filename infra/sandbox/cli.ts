// Entry of every `npm run` command but test, on the Node that package.json pins. See infra/bootstrap.mjs for what comes before.
import { UserFacingError } from '../core/user-facing-error.ts';
import { deadLetters } from './commands/dead-letters.ts';
import { logs } from './commands/logs.ts';
import { reconcile } from './commands/reconcile.ts';
import { reset } from './commands/reset.ts';
import { restart } from './commands/restart.ts';
import { sql } from './commands/sql.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { stop } from './commands/stop.ts';
import { loadEnvironment, type Environment } from './settings.ts';

type Command = (args: readonly string[], environment: Environment) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { start, status, restart, logs, sql, 'dead-letters': deadLetters, reconcile, stop, reset };

// `npm start | head`: output that nobody takes is no reason to leave processes behind.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (!command) throw new UserFacingError(`There is no command "${name}". There are: ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = await command(args, loadEnvironment());
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}
process.exit();

