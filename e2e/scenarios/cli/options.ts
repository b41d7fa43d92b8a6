import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { messageOf, UserFacingError } from '../../../infra/core/user-facing-error.ts';

const USAGE = `npm run scenario -- --list [--json]
npm run scenario -- NAME [--seed N] [--runs N] [--naive | --compare] [--save FILE] [--json]
npm run scenario -- replay FILE [--json]`;

/** The call is wrong: exit code 2. */
export class UsageError extends UserFacingError {
  override readonly name = 'UsageError';

  constructor(fault: string) {
    super(`${fault}\n${USAGE}`);
  }
}

export type Command =
  | { readonly do: 'list'; readonly json: boolean }
  | { readonly do: 'replay'; readonly file: string; readonly json: boolean }
  | {
      readonly do: 'play';
      readonly name: string;
      /** One a run. */
      readonly seeds: readonly number[];
      /** With the patterns, without those that the scenario names, or both ways. */
      readonly ways: readonly boolean[];
      readonly save: string | undefined;
      readonly json: boolean;
    };

/** @throws UsageError */
export function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const { json, list, naive, compare, save } = values;
  if (list) return { do: 'list', json };
  if (positionals[0] === 'replay') {
    const [, file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError('Which file is to be replayed?');
    return { do: 'replay', file, json };
  }
  const [name, ...rest] = [...positionals, ...(values.name === undefined ? [] : [values.name])];
  if (name === undefined || rest.length > 0) throw new UsageError(name === undefined ? 'Which scenario?' : `One scenario at a time, not ${[name, ...rest].join(' and ')}.`);
  if (naive && compare) throw new UsageError('--compare plays it both ways already.');
  const first = values.seed === undefined ? randomInt(1, 2 ** 31) : wholeNumber('seed', values.seed);
  const seeds = Array.from({ length: wholeNumber('runs', values.runs) }, (_, index) => first + index);
  return { do: 'play', name, seeds, ways: compare ? [false, true] : [naive], save, json };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        name: { type: 'string' },
        seed: { type: 'string' },
        runs: { type: 'string', default: '1' },
        naive: { type: 'boolean', default: false },
        compare: { type: 'boolean', default: false },
        save: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1) throw new UsageError(`--${option} must be a whole number from 1, not "${text}".`);
  return Number(text);
}
