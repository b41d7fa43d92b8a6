import { Complaint } from './complaint.mjs';

/**
 * What each command takes besides its name: flags, flags that a value follows, and how many words.
 * @type {Record<string, { flags?: string[], withValue?: string[], words?: number, anyText?: boolean } | undefined>}
 */
const ACCEPTED = {
  start: { flags: ['--docker'], withValue: ['--cdc'] },
  test: { flags: ['--list', '--docker'], withValue: ['--only'] },
  build: { withValue: ['--cdc'] },
  status: { flags: ['--json'] },
  logs: { flags: ['--no-follow'], words: 1 },
  sql: { words: Infinity, anyText: true }, // a text of SQL may begin with "--"; without quotes it is many words, of which sql tells
  'dead-letters': { flags: ['--all', '--json'], withValue: ['--state', '--topic', '--group', '--code', '--key', '--limit', '--reason'], words: 2 },
  restart: { flags: ['--all'], words: 1 },
  reconcile: { flags: ['--force'], words: 1 },
  stop: {},
  reset: { flags: ['--yes'] },
};

/**
 * A misspelt flag that is silently ignored does something else than what was meant.
 * @param {string} command
 * @param {readonly string[]} args
 */
export function checkArguments(command, args) {
  const accepted = ACCEPTED[command];
  if (!accepted) return; // whoever knows the commands says that there is none of this name
  const { flags = [], withValue = [], words = 0, anyText = false } = accepted;
  let seen = 0;
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (flags.includes(argument)) continue;
    if (withValue.includes(argument)) {
      index += 1;
      continue;
    }
    seen += 1;
    if (seen > words || (argument.startsWith('-') && !anyText)) throw new Complaint(`Unknown argument: ${argument}`);
  }
}
