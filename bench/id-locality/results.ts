import { median } from '../percentiles.ts';
import type { IdColumn } from './columns.ts';
import type { Measurement } from './measure.ts';
import type { WritingName } from './writing.ts';

export interface Result extends Pick<IdColumn, 'format' | 'type'> {
  readonly by: Readonly<Record<WritingName, Measurement>>;
}

/** Field by field. */
export function medians(rounds: readonly Measurement[]): Measurement {
  const of = (field: keyof Measurement): number => median(rounds.map((round) => round[field]));
  return {
    rowsPerSecond: of('rowsPerSecond'),
    indexBytes: of('indexBytes'),
    leafDensity: of('leafDensity'),
    loadWal: of('loadWal'),
    nextWal: of('nextWal'),
    firstWal: of('firstWal'),
    indexPagesRead: of('indexPagesRead'),
  };
}
