import type { Result } from './results.ts';
import { grouped } from './table.ts';
import type { WritingName } from './writing.ts';

const WIDTH = 1_000;
const LEFT = 150;
const PANEL = { width: 170, gap: 42 } as const;
const TOP = 66;
const ROW = 24;
const FOOT = 40;

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly value: (result: Result) => number;
  readonly show: (value: number) => string;
}

const BARS: readonly Panel[] = [
  { title: 'Inserts', unit: '1,000 rows/s', value: ({ by }) => by.alone.rowsPerSecond / 1_000, show: grouped },
  { title: 'Primary key', unit: 'MiB', value: ({ by }) => by.alone.indexBytes / 1_048_576, show: (value) => value.toFixed(1) },
  { title: 'Log after a checkpoint', unit: 'bytes a row, first tenth', value: ({ by }) => by.alone.firstWal, show: grouped },
];
const MARKS: readonly { readonly writing: WritingName; readonly label: string }[] = [
  { writing: 'alone', label: 'one writer' },
  { writing: 'paced', label: 'four, 10,000 ids/s' },
  { writing: 'burst', label: 'four, at full speed' },
];
const SHAPES: Readonly<Record<WritingName, string>> = {
  alone: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  paced: 'M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0',
  burst: 'M-5 -5l10 10m0 -10l-10 10',
};
const [LEAST, MOST] = [50, 100];

const STYLE = `
  .back { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif } .title { font-weight: 600; font-size: 13px } .soft { fill: #59636e; font-size: 11px }
  .bar { fill: #4a7fd4 } .bar.v4 { fill: #d9622b } .line { stroke: #d1d9e0 } .mark { fill: none; stroke: #4a7fd4; stroke-width: 2 } .mark.v4 { stroke: #d9622b }
  .mark.alone { fill: #4a7fd4 } .mark.alone.v4 { fill: #d9622b } .end { text-anchor: end } .middle { text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 } .line { stroke: #3d444d }
    .bar { fill: #6ea0f0 } .mark { stroke: #6ea0f0 } .mark.alone { fill: #6ea0f0 } .bar.v4 { fill: #f0884f } .mark.v4 { stroke: #f0884f } .mark.alone.v4 { fill: #f0884f }
  }`;

/** Bars a format and figure, and the density of the leaf pages by way of writing. Readable on light and on dark. */
export function plot(results: readonly Result[]): string {
  const bottom = TOP + results.length * ROW;
  const height = bottom + FOOT;
  const names = results.map(({ format, type }, index) => text(LEFT - 12, middle(index) + 4, `${format} · ${type}`, 'end'));
  const alt = `UUIDv4 beside ${results.length - 1} columns of time-ordered ids: inserts, index size, log after a checkpoint, leaf density`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${alt}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>`,
    ...names,
    ...BARS.flatMap((panel, index) => barPanel(panel, leftOf(index), results)),
    ...densityPanel(leftOf(BARS.length), results, bottom),
    '</svg>\n',
  ].join('\n');
}

function barPanel({ title, unit, value, show }: Panel, left: number, results: readonly Result[]): string[] {
  const most = Math.max(...results.map(value));
  const bars = results.flatMap((result, index) => {
    const width = (value(result) / most) * (PANEL.width - 40);
    const bar = `<rect class="bar${v4(result)}" x="${left}" y="${middle(index) - 7}" width="${width.toFixed(1)}" height="14" rx="2"/>`;
    return [bar, text(left + width + 6, middle(index) + 4, show(value(result)), 'soft')];
  });
  return [...heading(title, unit, left), ...bars];
}

function densityPanel(left: number, results: readonly Result[], bottom: number): string[] {
  const at = (density: number): number => left + ((density - LEAST) / (MOST - LEAST)) * PANEL.width;
  const grid = [50, 60, 70, 80, 90, 100].flatMap((density) => [
    `<line class="line" x1="${at(density)}" y1="${TOP}" x2="${at(density)}" y2="${bottom}"/>`,
    text(at(density), bottom + 16, String(density), 'soft middle'),
  ]);
  const marks = results.flatMap((result, index) =>
    MARKS.map(({ writing }) => mark(writing, at(Math.max(LEAST, result.by[writing].leafDensity)), middle(index), v4(result))));
  const legend = MARKS.flatMap(({ writing, label }, index) => {
    const x = LEFT + 5 + index * 145;
    return [mark(writing, x, bottom + 12, ''), text(x + 12, bottom + 16, label, 'soft')];
  });
  return [...heading('Leaf density', '% of the page, by way of writing', left), ...grid, ...marks, ...legend];
}

function mark(writing: WritingName, x: number, y: number, more: string): string {
  return `<path class="mark ${writing}${more}" transform="translate(${x.toFixed(1)} ${y})" d="${SHAPES[writing]}"/>`;
}

function heading(title: string, unit: string, left: number): string[] {
  return [text(left, 30, title, 'title'), text(left, 48, unit, 'soft')];
}

function text(x: number, y: number, content: string, className: string): string {
  return `<text class="${className}" x="${x.toFixed(1)}" y="${y}">${content}</text>`;
}

function leftOf(panel: number): number {
  return LEFT + panel * (PANEL.width + PANEL.gap);
}

function middle(row: number): number {
  return TOP + row * ROW + ROW / 2;
}

function v4({ format }: Result): string {
  return format === 'uuidv4' ? ' v4' : '';
}
