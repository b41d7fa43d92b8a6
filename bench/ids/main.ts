// What an id costs, each format beside its peers, in one process: nanoseconds, bytes, duplicates in a burst. Exits with 1 if a target is missed.
// `npm run bench:ids [-- --rounds 9] [-- --only ksuid] [-- --write]` (`--write`: also into the README of libs/ids)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bursts } from './ceiling.ts';
import { contests, FOR_ORIENTATION, type Ids } from './candidates.ts';
import { compare } from './comparison.ts';
import { writeIntoReadme } from './readme.ts';
import { burstTable, missed, orientationLine, speedTable } from './tables.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');

const root = join(import.meta.dirname, '../..');
const ids = await builtLibrary();
const asked = contests(ids).filter(({ format }) => values.only === undefined || format === values.only);
const { compared, orientation } = compare(asked, FOR_ORIENTATION, rounds);
const burst = bursts(ids);
const sections = [speedTable(compared), orientationLine(orientation), burstTable(burst)];
console.log(sections.join('\n\n'));
if (values.write) writeIntoReadme(join(root, 'libs/ids/README.md'), sections.join('\n\n'));

const problems = missed(compared, burst);
for (const problem of problems) console.error(`MISSED: ${problem}`);
console.log(problems.length === 0 ? '=> every target is met' : `=> ${problems.length} targets are missed`);
process.exit(problems.length === 0 ? 0 : 1);

/** As the package is published: CommonJS by tsc. */
async function builtLibrary(): Promise<Ids> {
  const built = mkdtempSync(join(tmpdir(), 'madang-ids-'));
  try {
    const compile = ['-p', join(root, 'libs/ids/tsconfig.lib.json'), '--outDir', built, '--rootDir', join(root, 'libs/ids/src')];
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...compile], { stdio: 'inherit' });
    return (await import(join(built, 'index.js'))) as Ids;
  } finally {
    rmSync(built, { recursive: true });
  }
}
