import { InvalidOptionError } from '../errors/invalid-option.error';
import type { FormatName } from '../format';
import { ksuid } from '../ksuid';
import { SNOWFLAKE_PRESETS } from '../snowflake/layout';
import { snowflake } from '../snowflake/snowflake';
import { timeflake } from '../timeflake';
import { tsid } from '../tsid';
import { typeId } from '../type-id';
import { ulid } from '../ulid';
import { uuidV4 } from '../uuid/uuid-v4';
import { uuidV6 } from '../uuid/uuid-v6';
import { uuidV7 } from '../uuid/uuid-v7';

/** As typed. */
export interface FormatArguments {
  readonly node?: string | undefined;
  readonly preset?: string | undefined;
  readonly prefix?: string | undefined;
}

interface Generator {
  generateMany(count: number): string[];
}

const MAKE: Record<FormatName, (given: FormatArguments) => Generator> = {
  uuidv4: () => uuidV4(),
  uuidv6: () => uuidV6(),
  uuidv7: () => uuidV7(),
  ulid: () => ulid(),
  ksuid: () => ksuid(),
  timeflake: () => timeflake(),
  typeid: ({ prefix = '' }) => typeId({ prefix }),
  snowflake: ({ node, preset = 'twitter' }) => snowflake({ node: nodeFrom(node), preset: presetFrom(preset) }),
  tsid: ({ node }) => tsid({ node: nodeFrom(node) }),
};
const TAKES: Partial<Record<FormatName, readonly (keyof FormatArguments)[]>> = { typeid: ['prefix'], snowflake: ['node', 'preset'], tsid: ['node'] };

/** @throws InvalidOptionError also for an option that the format does not take: it would be ignored without a word */
export function makeFormat(name: string, given: FormatArguments): Generator {
  if (!isFormatName(name)) throw new InvalidOptionError('The command', JSON.stringify(name), `explain or one of ${Object.keys(MAKE).join(', ')}`);
  for (const option of ['node', 'preset', 'prefix'] as const) {
    if (given[option] !== undefined && !TAKES[name]?.includes(option)) throw new InvalidOptionError(`--${option}`, JSON.stringify(given[option]), `not to be there for ${name}`);
  }
  return MAKE[name](given);
}

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(MAKE, name);
}

function nodeFrom(text: string | undefined): number {
  if (text === undefined || !/^[0-9]+$/.test(text)) throw new InvalidOptionError('--node', text ?? 'missing', 'a number that no other generator uses: two with the same number make the same ids');
  return Number(text);
}

function presetFrom(text: string): keyof typeof SNOWFLAKE_PRESETS {
  if (!Object.hasOwn(SNOWFLAKE_PRESETS, text)) throw new InvalidOptionError('--preset', JSON.stringify(text), Object.keys(SNOWFLAKE_PRESETS).join(', '));
  return text as keyof typeof SNOWFLAKE_PRESETS;
}
