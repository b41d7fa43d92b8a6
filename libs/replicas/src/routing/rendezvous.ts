import { createHash } from 'node:crypto';

export interface Weighted {
  readonly name: string;
  /** Share of the ids, relative to the other replicas. */
  readonly weight: number;
}

/**
 * Replicas in the order of preference of an id: highest random weight (Thaler and Ravishankar 1998), with weights by the logarithm
 * (Schindelhauer and Schomaker 2005). Names decide, not places in a list: when one of three leaves, a third of the ids moves, and no other.
 */
export function ranked<R extends Weighted>(id: string, replicas: readonly R[]): R[] {
  return byScore(replicas, ({ name }) => uniform(`${id}\0${name}`));
}

/** The same shares, drawn anew each time. */
export function shuffled<R extends Weighted>(replicas: readonly R[]): R[] {
  return byScore(replicas, () => Math.random());
}

function byScore<R extends Weighted>(replicas: readonly R[], draw: (replica: R) => number): R[] {
  return replicas
    .map((replica) => ({ replica, score: -replica.weight / Math.log(draw(replica)) }))
    .sort((a, b) => b.score - a.score)
    .map(({ replica }) => replica);
}

/** Between 0 and 1, both excluded. */
function uniform(text: string): number {
  return (createHash('sha1').update(text).digest().readUInt32BE(0) + 0.5) / 2 ** 32;
}
