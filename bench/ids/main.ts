// What an id costs, each format beside its peers, in one process: nanoseconds, bytes, duplicates in a burst. Exits with 1 if a target is missed.
// `npm run bench:ids [-- --rounds 9] [-- --only ksuid] [-- --write]` (`--write`: also into the README of libs/ids)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { compiledIds } from '../compiled-ids.ts';
import { renewed } from '../renewed.ts';
import { bursts } from './ceiling.ts';
import { contests, FOR_ORIENTATION } from './candidates.ts';
import { compare } from './comparison.ts';
import { burstTable, missed, orientationLine, speedTable } from './tables.ts';

/** Times what clock, randomness and one flat string cost. An aim: missing it is said, and fails nothing. */
const AIM = 1.5;
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');

const ids = await compiledIds();
const asked = contests(ids).filter(({ format }) => values.only === undefined || format === values.only);
console.error(`${asked.length} formats beside their peers, ${rounds} rounds and 3 to warm up: half a minute.`);
const { compared, orientation } = compare(asked, FOR_ORIENTATION, rounds);
const burst = bursts(ids);
const sections = [speedTable(compared), orientationLine(orientation), burstTable(burst)];
console.log(sections.join('\n\n'));
if (values.write) {
  const readme = join(repositoryRoot, 'libs/ids/README.md');
  writeFileSync(readme, renewed(readFileSync(readme, 'utf8'), 'npm run bench:ids -- --write', sections.join('\n\n')));
}

const problems = missed(compared, burst);
const above = compared.filter(({ timesFloor }) => timesFloor > AIM).map(({ name, timesFloor }) => `${name} ${timesFloor.toFixed(2)}`);
if (above.length > 0) console.log(`Above the aim of ${AIM} times the floor: ${above.join(', ')}.`);
for (const problem of problems) console.error(`MISSED: ${problem}`);
console.log(problems.length === 0 ? '=> every target is met' : `=> ${problems.length} targets are missed`);
process.exit(problems.length === 0 ? 0 : 1);
