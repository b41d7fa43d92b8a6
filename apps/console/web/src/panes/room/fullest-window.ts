export interface FullestWindow {
  readonly count: number;
  /** ms since 1970 of its first admission; 0 where there is none. */
  readonly from: number;
}

/** Of all half-open intervals of `widthMs`, the one with the most times in it: each begins at one of them. */
export function fullestWindow(times: readonly number[], widthMs: number): FullestWindow {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let best: FullestWindow = { count: 0, from: 0 };
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - widthMs) first += 1;
    const count = index - first + 1;
    if (count > best.count) best = { count, from: sorted[first] ?? at };
  }
  return best;
}
