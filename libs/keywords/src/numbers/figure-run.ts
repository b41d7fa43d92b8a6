/** How far two figures stand from each other, in rising order. */
export const GAP = { none: 0, sign: 1, space: 2, word: 3 } as const;
export type Gap = (typeof GAP)[keyof typeof GAP];

export interface Figure {
  readonly value: number;
  /** Units `[from, to)` of the normal text. */
  readonly from: number;
  readonly to: number;
  /** A figure and nothing else; what is spoken or looks like one may be a mere letter. */
  readonly hard: boolean;
  /** To the figure before it in its run. */
  readonly gap: Gap;
}

/** Figures that belong together, in the order of the text. */
export type FigureRun = readonly Figure[];

export function digitsOf(run: FigureRun): string {
  return run.map(({ value }) => value).join('');
}

/** The lengths of the parts between gaps. */
export function partsOf(run: FigureRun): number[] {
  const parts: number[] = [];
  run.forEach(({ gap }, index) => {
    if (index === 0 || gap !== GAP.none) parts.push(0);
    parts[parts.length - 1] = (parts.at(-1) ?? 0) + 1;
  });
  return parts;
}

export function widestGap(run: FigureRun): Gap {
  return run.slice(1).reduce<Gap>((widest, { gap }) => (gap > widest ? gap : widest), GAP.none);
}
