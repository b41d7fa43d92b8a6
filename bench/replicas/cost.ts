import type { Infra } from '../../infra/test-infra.ts';
import { median } from '../percentiles.ts';
import { load, type Load } from './load.ts';
import { plainReader, type Reader, routedReader } from './readers.ts';

const WARM_UP_ROUNDS = 3;

export interface Cost {
  readonly plain: Load;
  readonly routed: Load;
  /** Routed to plain, medians over the rounds. */
  readonly ratio: number;
  readonly cpuRatio: number;
}

/** Both in turns, and each first in every other round, so that whatever slows the machine down slows both. */
export async function cost(infra: Infra, { rounds, concurrency, turnMs }: { rounds: number; concurrency: number; turnMs: number }): Promise<Cost> {
  const readers = { plain: await plainReader(infra), routed: await routedReader(infra) };
  const turns: Record<keyof typeof readers, Load>[] = [];
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      const turn = (reader: Reader): Promise<Load> => load(reader, concurrency, turnMs);
      const routedFirst = round % 2 === 0 ? await turn(readers.routed) : undefined;
      const plain = await turn(readers.plain);
      const routed = routedFirst ?? (await turn(readers.routed));
      if (round >= 0) turns.push({ plain, routed });
    }
  } finally {
    await Promise.all([readers.plain.close(), readers.routed.close()]);
  }
  const of = (figure: (turn: (typeof turns)[number]) => number): number => median(turns.map(figure));
  const loadOf = (who: keyof typeof readers): Load => ({ readsPerSecond: of((turn) => turn[who].readsPerSecond), cpuMicroseconds: of((turn) => turn[who].cpuMicroseconds) });
  return {
    plain: loadOf('plain'),
    routed: loadOf('routed'),
    ratio: of(({ plain, routed }) => routed.readsPerSecond / plain.readsPerSecond),
    cpuRatio: of(({ plain, routed }) => routed.cpuMicroseconds / plain.cpuMicroseconds),
  };
}
