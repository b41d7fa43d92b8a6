import { FIRST, type Measurement, type Sizes } from './measure.ts';
import type { Result } from './results.ts';

const MIB = 1_048_576;

/** A head and a row a result. Cells of three figures: one writer · four, paced · four, as fast as they can. */
export function table(results: readonly Result[], { nextRows }: Sizes): string[][] {
  const head = ['format', 'column', 'rows/s', 'index, MiB', 'leaf density, %', 'log: load', `first ${grouped(nextRows * FIRST)}`, `first ${grouped(nextRows)}`, 'pages missed'];
  const rows = results.map(({ format, type, by }) => {
    const each = (show: (measurement: Measurement) => string): string => [by.alone, by.paced, by.burst].map(show).join(' · ');
    const { alone } = by;
    return [
      format,
      type,
      grouped(Math.round(alone.rowsPerSecond / 1_000) * 1_000),
      each(({ indexBytes }) => (indexBytes / MIB).toFixed(1)),
      each(({ leafDensity }) => leafDensity.toFixed(0)),
      grouped(alone.loadWal),
      grouped(alone.firstWal),
      grouped(alone.nextWal),
      grouped(alone.indexPagesRead),
    ];
  });
  return [head, ...rows];
}

export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}
