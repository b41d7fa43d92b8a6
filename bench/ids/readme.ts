import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- written by `npm run bench:ids -- --write` -->';
const END = '<!-- end of what it writes -->';

export function writeIntoReadme(path: string, text: string): void {
  const readme = readFileSync(path, 'utf8');
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(path, `${readme.slice(0, begin)}${BEGIN}\n${text}\n${readme.slice(end)}`);
}
