import { outcome } from '../../test/outcome';
import { snowflake } from '../index';

const partsOf = (preset: 'twitter' | 'discord' | 'instagram', text: string) => {
  const format = snowflake({ preset, node: 0 });
  const { time, fields } = format.explain(format.parse(text));
  return [time, ...fields.filter(({ name }) => name !== 'unused').map(({ name, value }) => `${name} ${value}`)];
};

describe('Discord', () => {
  // github.com/discord/discord-api-docs, developers/reference.mdx and images/snowflake-to-datetime.svg
  it('175928847299117063: 41944705796, worker 1, process 0, increment 7', () => {
    expect(partsOf('discord', '175928847299117063')).toEqual(['2016-04-30T11:18:25.796Z', 'time 41944705796', 'worker 1', 'process 0', 'sequence 7']);
  });

  it('has all bits set in its picture of the fields', () => {
    const most = (1n << 64n) - 1n;
    expect(partsOf('discord', String(most)).slice(1)).toEqual(['time 4398046511103', 'worker 31', 'process 31', 'sequence 4095']);
  });
});

describe('Twitter', () => {
  // Twitter has published the layout (IdWorker.scala, whose text is no longer in its repository), but no vector. This id of a post of @Wikipedia of
  // June 2022 is divided in Wikipedia, "Snowflake ID", and in the tests of several libraries: machine 378 is datacenter 11, worker 26.
  it('1541815603606036480: 367597485448, machine 378, sequence 0', () => {
    expect(partsOf('twitter', '1541815603606036480')).toEqual(['2022-06-28T16:07:40.105Z', 'time 367597485448', 'datacenter 11', 'worker 26', 'sequence 0']);
    const made = snowflake({ node: 378, clock: () => 1_288_834_974_657 + 367_597_485_448 });
    expect(made.generate()).toBe('1541815603606036480');
  });
});

describe('Instagram', () => {
  // "Sharding & IDs at Instagram": user 31341 of 2,000 shards, 1387263000 ms after the epoch, sequence 5001. Its epoch is the one of its PL/pgSQL.
  it('is made of 1387263000, shard 1341, sequence 5001 % 1024', () => {
    const id = (1_387_263_000n << 23n) | (1_341n << 10n) | (5_001n % 1_024n);
    expect(partsOf('instagram', String(id)).slice(1)).toEqual(['time 1387263000', 'shard 1341', 'sequence 905']);
    const format = snowflake({ preset: 'instagram', node: 1_341, clock: () => 1_314_220_021_721 + 1_387_263_000 });
    expect(format.generateMany(906).at(-1)).toBe(String(id));
  });
});

// No source lists invalid ones: 63 bits, decimal, no sign and no zeros in front.
describe('a decimal number of 63 bits', () => {
  it.each([
    ['9223372036854775807', 'accepted'],
    ['9223372036854775808', 'ID_RANGE'],
    ['10765432100123456789', 'ID_RANGE'],
    ['018', 'ID_CHARACTER'],
    ['-1', 'ID_CHARACTER'],
    ['+1', 'ID_CHARACTER'],
    ['1e3', 'ID_CHARACTER'],
    ['1.0', 'ID_CHARACTER'],
    ['0x1f', 'ID_CHARACTER'],
    [' 1', 'ID_CHARACTER'],
    ['١', 'ID_CHARACTER'],
    ['', 'ID_LENGTH'],
    ['0', 'accepted'],
  ])('%s: %s', (text, expected) => expect(outcome(() => snowflake({ node: 0 }).parse(text))).toBe(expected));

  it('orders by number', () => {
    const format = snowflake({ node: 0 });
    expect(format.compare(format.parse('9'), format.parse('10'))).toBe(-1);
  });
});
