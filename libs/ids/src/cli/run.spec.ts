import { snowflake, uuidV7 } from '../index';
import { run } from './run';

function cli(...args: string[]): { code: number; out: string; error: string } {
  const lines = { out: '', error: '' };
  const code = run(args, { out: (line) => (lines.out += `${line}\n`), error: (line) => (lines.error += `${line}\n`) });
  return { code, ...lines };
}

describe('madang-ids', () => {
  it('makes ids, one a line', () => {
    const { code, out } = cli('uuidv7', '-n', '5');
    const ids = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(ids).toHaveLength(5);
    expect(ids.every((id) => uuidV7().is(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  it.each(['uuidv4', 'uuidv6', 'ulid', 'ksuid', 'timeflake', 'typeid'])('makes %s without an option', (format) => {
    expect(cli(format)).toMatchObject({ code: 0, error: '' });
  });

  it('makes a Snowflake of a node and a preset', () => {
    const { out } = cli('snowflake', '--node', '33', '--preset', 'discord');
    const discord = snowflake({ preset: 'discord', node: 0 });
    expect(discord.explain(discord.parse(out.trim())).fields.slice(1, 3)).toMatchObject([{ value: '1' }, { value: '1' }]);
  });

  it('explains an id', () => {
    const { code, out } = cli('explain', '0ujtsYcgvSTl8PAuAdqWYSMnLOv');
    expect(code).toBe(0);
    expect(out).toContain('ksuid  0ujtsYcgvSTl8PAuAdqWYSMnLOv\n  time  2017-10-10T04:00:47.000Z\n');
    expect(JSON.parse(cli('explain', '175928847299117063', '--json').out)).toMatchObject([{ preset: 'twitter' }, { preset: 'discord' }, { preset: 'instagram' }]);
  });

  it.each([
    [['explain', 'what'], 1, '"what" is an id of no format that is known here.'],
    [['explain'], 2, 'The number of ids to explain is 0; expected 1.'],
    [['uuidv8'], 2, 'The command is "uuidv8"; expected explain or one of uuidv4, '],
    [['toString'], 2, 'The command is "toString"'],
    [['uuidv7', '-n', '0'], 2, '-n is 0; expected a whole number from 1 to 1000000.'],
    [['uuidv7', '-n', 'five'], 2, '-n is "five"; expected a number'],
    [['uuidv7', '5'], 2, 'An argument is "5"; expected none after uuidv7.'],
    [['uuidv7', '--node', '5'], 2, '--node is "5"; expected not to be there for uuidv7.'],
    [['tsid'], 2, '--node is missing; expected a number that no other generator uses'],
    [['snowflake', '--node', '1024'], 2, 'node is 1024; expected a whole number from 0 to 1023.'],
    [['snowflake', '--node', '1', '--preset', 'x'], 2, '--preset is "x"; expected twitter, discord, instagram.'],
    [['typeid', '--prefix', 'User'], 2, 'prefix is "User"; expected'],
    [['uuidv7', '--what'], 2, "Unknown option '--what'"],
    [[], 2, 'madang-ids explain ID'],
  ])('%j: exit code %i', (args, code, message) => {
    const result = cli(...args);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.error).toContain(message);
  });
});
