import type { Contest, Make, Peer } from './candidates.ts';
import { floorOf } from './floor.ts';
import { assertFlatOnceRead, bytesAnId, inTurns, inTurnsInBulk, median } from './measure.ts';

export interface Measured {
  readonly name: string;
  readonly ns: number;
  readonly bytes: number;
  /** False: a rope, until somebody reads it. */
  readonly flat: boolean;
}

export interface MeasuredPeer extends Measured {
  /** Median over the rounds of its time divided by ours. */
  readonly ratio: number;
  readonly least: number | undefined;
}

export interface Compared extends Measured {
  readonly floorNs: number;
  /** Median over the rounds of our time divided by the floor's. */
  readonly timesFloor: number;
  readonly bulkNs: number;
  readonly peers: readonly MeasuredPeer[];
}

export function compare(contests: readonly Contest[], others: readonly Peer[], rounds: number): { compared: Compared[]; orientation: Measured[] } {
  const runs = new Map<string, Make>();
  for (const { format, make, floor, peers } of contests) {
    runs.set(format, make).set(`${format} floor`, floorOf(floor));
    for (const peer of peers) runs.set(`${format} ${peer.name}`, peer.make);
  }
  for (const { name, make } of others) runs.set(name, make);
  const flat = new Map([...runs].map(([name, make]) => [name, assertFlatOnceRead(name, make)]));
  const times = inTurns(runs, rounds);
  const bulk = inTurnsInBulk(new Map(contests.map(({ format, makeMany }) => [format, makeMany])), rounds);

  const timesOf = (key: string): number[] => times.get(key) ?? [];
  const ratio = (key: string, to: string): number => median(timesOf(key).map((ns, round) => ns / (timesOf(to)[round] ?? NaN)));
  const measured = (key: string, name: string, make: Make): Measured => ({
    name,
    ns: median(timesOf(key)),
    bytes: bytesAnId(make),
    flat: flat.get(key) ?? false,
  });
  const compared = contests.map(({ format, make, peers }) => ({
    ...measured(format, format, make),
    floorNs: median(timesOf(`${format} floor`)),
    timesFloor: ratio(format, `${format} floor`),
    bulkNs: median(bulk.get(format) ?? []),
    peers: peers.map((peer) => {
      const key = `${format} ${peer.name}`;
      return { ...measured(key, peer.name, peer.make), ratio: ratio(key, format), least: peer.least };
    }),
  }));
  return { compared, orientation: others.map(({ name, make }) => measured(name, name, make)) };
}
