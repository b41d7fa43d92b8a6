const BEGIN = '<!-- begin: npm run bench:id-locality -- --write -->';
const END = '<!-- end -->';

/** @returns `page` with `content` between its markers. @throws Error without them */
export function renewed(page: string, content: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`The page has no "${BEGIN}" with "${END}" after it.`);
  return `${page.slice(0, begin + BEGIN.length)}\n${content}\n${page.slice(end)}`;
}
