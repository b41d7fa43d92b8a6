import { InvalidOptionError, wholeNumber } from '../errors/invalid-option.error';

/** How the bits are divided: time in milliseconds, then the parts of the node number, then the sequence. */
export interface SnowflakeLayout {
  readonly timeBits: number;
  readonly node: readonly { readonly name: string; readonly bits: number }[];
  readonly sequenceBits: number;
}

export interface SnowflakePreset {
  /** Milliseconds since 1970. */
  readonly epoch: number;
  readonly layout: SnowflakeLayout;
}

const TWITTER: SnowflakePreset = {
  epoch: 1_288_834_974_657,
  layout: { timeBits: 41, node: [{ name: 'datacenter', bits: 5 }, { name: 'worker', bits: 5 }], sequenceBits: 12 },
};
// 42 bits of time: past 2084 such an id is more than PostgreSQL's bigint holds.
const DISCORD: SnowflakePreset = {
  epoch: 1_420_070_400_000,
  layout: { timeBits: 42, node: [{ name: 'worker', bits: 5 }, { name: 'process', bits: 5 }], sequenceBits: 12 },
};
const INSTAGRAM: SnowflakePreset = {
  epoch: 1_314_220_021_721,
  layout: { timeBits: 41, node: [{ name: 'shard', bits: 13 }], sequenceBits: 10 },
};

/**
 * twitter: github.com/twitter-archive/snowflake (IdWorker.scala). discord: discord.com/developers/docs/reference#snowflakes.
 * instagram: instagram-engineering.com, "Sharding & IDs at Instagram" (2012); its sequence is there the database's own.
 */
export const SNOWFLAKE_PRESETS = { twitter: TWITTER, discord: DISCORD, instagram: INSTAGRAM } as const;

/** Bits below the time. The decimal digits are computed with numbers of 53 bits, which allows 29. */
const MOST_LOW_BITS = 29;

export function nodeBits(layout: SnowflakeLayout): number {
  return layout.node.reduce((sum, { bits }) => sum + bits, 0);
}

/** @throws InvalidOptionError */
export function checkLayout(layout: SnowflakeLayout): void {
  wholeNumber('layout.timeBits', layout.timeBits, 1, 42);
  wholeNumber('layout.sequenceBits', layout.sequenceBits, 1, 20);
  for (const { name, bits } of layout.node) wholeNumber(`layout.node ${name}`, bits, 1, 20);
  const low = nodeBits(layout) + layout.sequenceBits;
  if (low > MOST_LOW_BITS) throw new InvalidOptionError('layout: bits of node and sequence', low, `at most ${MOST_LOW_BITS}`);
  if (low + layout.timeBits > 64) throw new InvalidOptionError('layout: all bits', low + layout.timeBits, 'at most 64');
}
