import { parseArgs, types } from 'node:util';
import { decode, type Reading } from '../decode';
import { InvalidOptionError, wholeNumber } from '../errors/invalid-option.error';
import { makeFormat } from './make-format';

export const USAGE = `madang-ids FORMAT [-n COUNT]     new ids, one a line
madang-ids explain ID            every format that ID could be, with its bits

Formats: uuidv7 uuidv6 uuidv4 ulid ksuid timeflake typeid snowflake tsid
  -n, --count COUNT    1 to 1000000 (default 1)
  --node NODE          snowflake, tsid: the node number, yours alone
  --preset PRESET      snowflake: twitter (default), discord or instagram
  --prefix PREFIX      typeid: such as "user" (default: none)
  --json               for programs
  -h, --help`;

export interface Output {
  out(line: string): void;
  error(line: string): void;
}

const MOST = 1_000_000;

/** @returns the exit code: 0, 1 if an id could not be read, 2 if the command was wrong */
export function run(args: readonly string[], output: Output): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        count: { type: 'string', short: 'n', default: '1' },
        node: { type: 'string' },
        preset: { type: 'string' },
        prefix: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [command, ...rest] = positionals;
    if (values.help || command === undefined) {
      (values.help ? output.out : output.error)(USAGE);
      return values.help ? 0 : 2;
    }
    if (command === 'explain') return explain(rest, values.json, output);
    if (rest.length > 0) throw new InvalidOptionError('An argument', JSON.stringify(rest[0]), `none after ${command}`);
    // Number('') is 0, and Number('0x5') is 5.
    if (!/^[0-9]+$/.test(values.count)) throw new InvalidOptionError('-n', JSON.stringify(values.count), 'a number in decimal digits');
    const count = wholeNumber('-n', Number(values.count), 1, MOST);
    const ids = makeFormat(command, values).generateMany(count);
    output.out(values.json ? JSON.stringify(ids) : ids.join('\n'));
    return 0;
  } catch (error) {
    if (!types.isNativeError(error)) throw error;
    // Node's own advice goes on about positional arguments.
    output.error(`madang-ids: ${error.message.split('. To specify')[0]}\nmadang-ids --help lists what there is.`);
    return 2;
  }
}

function explain(ids: readonly string[], json: boolean, { out, error }: Output): number {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw new InvalidOptionError('The number of ids to explain', ids.length, '1');
  const readings = decode(id);
  if (json) out(JSON.stringify(readings));
  else if (readings.length === 0) error(`madang-ids: ${JSON.stringify(id)} is an id of no format that is known here.`);
  else out(readings.map(describeReading).join('\n\n'));
  return readings.length > 0 ? 0 : 1;
}

function describeReading({ format, preset, id, time, hex, fields }: Reading): string {
  const width = Math.max(...fields.map(({ name }) => name.length));
  const lines = fields.map(({ name, bits, value, meaning }) => `  ${name.padEnd(width)} ${String(bits).padStart(3)} bits  ${value}  (${meaning})`);
  return [`${format}${preset ? ` (${preset})` : ''}  ${id}`, `  time  ${time ?? 'none'}`, `  hex   ${hex}`, ...lines].join('\n');
}
