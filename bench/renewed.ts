const END = '<!-- end -->';

/**
 * A page in which a command renews what it has written: between `<!-- begin: ${command} -->` and the next `<!-- end -->`.
 * @throws Error without them
 */
export function renewed(page: string, command: string, content: string): string {
  const mark = `<!-- begin: ${command} -->`;
  const begin = page.indexOf(mark);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`The page has no "${mark}" with "${END}" after it.`);
  return `${page.slice(0, begin + mark.length)}\n${content}\n${page.slice(end)}`;
}
