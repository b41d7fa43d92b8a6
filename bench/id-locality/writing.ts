import type { IdColumn } from './columns.ts';

/** How the ids come about, whatever their format. */
export interface Writing {
  /** Generators that take turns, id by id, as the requests of a balanced load do. */
  readonly writers: number;
  /** On a clock that is driven so. Without: as fast as they can, by the real clock. */
  readonly idsPerSecond?: number;
}

export const WRITINGS = {
  alone: { writers: 1 },
  paced: { writers: 4, idsPerSecond: 10_000 },
  burst: { writers: 4 },
} as const satisfies Record<string, Writing>;

export type WritingName = keyof typeof WRITINGS;

/** The next id, ready for an array literal. */
export function idSource({ writer }: IdColumn, { writers, idsPerSecond }: Writing): () => string {
  const start = Date.now();
  let made = 0;
  const options = idsPerSecond === undefined ? {} : { clock: () => start + (made * 1_000) / idsPerSecond };
  const generators = Array.from({ length: writers }, (_, number) => writer(number, options));
  return () => {
    const generator = generators[made++ % writers];
    if (!generator) throw new Error('There is no writer.');
    return generator();
  };
}
