import type { Infra } from '../../infra/test-infra.ts';
import { median } from '../percentiles.ts';
import { load, type Load } from './load.ts';
import { plain, type Reader, routed } from './readers.ts';

const WARM_UP_ROUNDS = 10;

export interface Cost extends Load {
  readonly name: string;
  /** To TypeORM's own replication in the same round, the median. */
  readonly ratio: number;
  readonly cpuRatio: number;
}

/**
 * All in turns, there and back: whatever slows the machine down slows all.
 * @returns TypeORM's own replication first
 */
export async function cost(infra: Infra, { rounds, concurrency, turnMs, readsARequest }: { rounds: number; concurrency: number; turnMs: number; readsARequest: number }): Promise<Cost[]> {
  const [own, router] = [await plain(infra), await routed(infra)];
  const readers: Readonly<Record<string, Reader>> = {
    'TypeORM, random replica': own.reader(readsARequest),
    [`routed, ${readsARequest} reads a scope`]: router.reader(readsARequest),
    'routed, a scope a read': router.reader(1),
  };
  const names = Object.keys(readers);
  const turns = new Map(names.map((name) => [name, [] as Load[]]));
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const turn = await load(readers[name] as Reader, concurrency, turnMs);
        if (round >= 0) turns.get(name)?.push(turn);
      }
    }
  } finally {
    await Promise.all([own.close(), router.close()]);
  }
  const reference = turns.get(names[0] ?? '') ?? [];
  return names.map((name) => {
    const loads = turns.get(name) ?? [];
    const ratioOf = (figure: keyof Load): number => median(loads.map((turn, round) => turn[figure] / (reference[round]?.[figure] ?? Number.NaN)));
    const medianOf = (figure: keyof Load): number => median(loads.map((turn) => turn[figure]));
    return { name, readsPerSecond: medianOf('readsPerSecond'), cpuMicroseconds: medianOf('cpuMicroseconds'), ratio: ratioOf('readsPerSecond'), cpuRatio: ratioOf('cpuMicroseconds') };
  });
}
