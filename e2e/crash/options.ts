import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { messageOf, UserFacingError } from '../../infra/core/user-facing-error.ts';
import { cdcEngineFrom, type CdcEngineName } from '../../infra/sandbox/settings.ts';
import { type Mutant, mutantNamed } from './mutants.ts';

export interface CrashOptions {
  readonly seeds: readonly number[];
  readonly cdc: CdcEngineName;
  readonly mutant: Mutant | undefined;
  readonly operations: number;
  readonly quiet: boolean;
}

/** @throws UserFacingError for what does not exist or does not go together */
export function crashOptions(args: readonly string[]): CrashOptions {
  const values = parse(args);
  const cdc = cdcEngineFrom({ CDC_ENGINE: values.cdc });
  return {
    cdc,
    mutant: values.mutant === undefined ? undefined : mutantNamed(values.mutant, cdc),
    operations: wholeNumber('operations', values.operations),
    seeds:
      values.seed === undefined
        ? Array.from({ length: wholeNumber('seeds', values.seeds) }, () => randomInt(2 ** 31))
        : [wholeNumber('seed', values.seed)],
    quiet: values.quiet,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '10' },
        seed: { type: 'string' },
        cdc: { type: 'string', default: 'embedded' },
        mutant: { type: 'string' },
        operations: { type: 'string', default: '1000' },
        quiet: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserFacingError(messageOf(error));
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1) throw new UserFacingError(`--${option} must be a whole number from 1, not "${text}"`);
  return Number(text);
}
