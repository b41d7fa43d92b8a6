import type { Found } from './words/word-matcher';

/** Those that overlap nothing that their own rule allows. Sorted once, then walked side by side: a long text full of both costs no square. */
export function withoutAllowed(found: readonly Found[], allowed: readonly Found[]): Found[] {
  const allowedByRule = Map.groupBy(allowed, ({ rule }) => rule);
  return found.filter(({ rule }) => !allowedByRule.has(rule)).concat(
    ...[...allowedByRule].map(([rule, ranges]) => outside(found.filter((hit) => hit.rule === rule), merged(ranges))),
  );
}

function outside(hits: readonly Found[], ranges: readonly Found[]): Found[] {
  let next = 0;
  return hits
    .toSorted((a, b) => a.from - b.from)
    .filter(({ from, to }) => {
      while ((ranges[next]?.to ?? Infinity) <= from) next++;
      return (ranges[next]?.from ?? Infinity) >= to;
    });
}

function merged(ranges: readonly Found[]): Found[] {
  const joined: Found[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && range.from < last.to) joined[joined.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    else joined.push(range);
  }
  return joined;
}
