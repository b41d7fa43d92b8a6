import type { Ids } from '../compiled-ids.ts';
import type { Make } from './candidates.ts';
import { snowflakePeers } from './candidates.ts';
import { median } from './measure.ts';

const BURST = 1_000_000;
const PEER_BURST = 200_000;
/** Of the layout: 12 bits of sequence. */
export const CEILING = 4_096;

export interface Burst {
  readonly name: string;
  readonly ids: number;
  readonly duplicates: number;
  /** Median over the milliseconds that ids bear, without the first and the last. */
  readonly idsAMillisecond: number;
}

/** As many Snowflakes as each makes in one go, by the policy that it has by default. */
export function bursts(ids: Ids): readonly Burst[] {
  const own = ids.snowflake({ node: 1 });
  return [burst('@madang/ids', () => own.generate(), BURST), ...snowflakePeers().map(({ name, make }) => burst(name, make, PEER_BURST))];
}

function burst(name: string, make: Make, count: number): Burst {
  const made: string[] = [];
  for (let i = 0; i < count; i++) made.push(make());
  const perMs = new Map<bigint, number>();
  for (const id of made) {
    const ms = BigInt(id) >> 22n;
    perMs.set(ms, (perMs.get(ms) ?? 0) + 1);
  }
  return { name, ids: count, duplicates: count - new Set(made).size, idsAMillisecond: median([...perMs.values()].slice(1, -1)) };
}
