// Messages a second through the whole detector (normalised, with offsets of the original) with 10,000 keywords, beside the implementations of Aho-Corasick that npm has and a
// loop of `includes`, which do neither. Exits with 1 if a target is missed, or if they do not find the same.
// `npm run bench:keywords [-- --rounds 15]`
import { parseArgs } from 'node:util';
import { compiledLibrary } from '../compiled-library.ts';
import { type Candidate, inTurns, median, ratio } from './in-turns.ts';
import { includesLoop, peers } from './peers.ts';
import { texts } from './texts.ts';
import { unlike } from './unlike.ts';

const KEYWORDS = 10_000;
const MESSAGES = 5_000;
/** Times a loop of `includes`, and times the best of npm. */
const [LEAST_OF_LOOP, LEAST_OF_BEST] = [20, 1];

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');

const { compileRules, marketplaceRules } = await compiledLibrary<typeof import('@madang/keywords')>('keywords');
const { keywords, messages } = texts(KEYWORDS, MESSAGES);
const start = performance.now();
const detector = compileRules([{ id: 'words', kind: 'words', words: keywords }]);
console.log(`${KEYWORDS} keywords compiled in ${(performance.now() - start).toFixed(0)} ms; ${MESSAGES} messages of ${Math.round(messages.join('').length / MESSAGES)} characters on average`);
const withNumbers = compileRules([{ id: 'words', kind: 'words', words: keywords }, ...marketplaceRules]);

const own: Candidate = { name: '@madang/keywords', count: (message) => detector.detect(message).length };
const full: Candidate = { name: '@madang/keywords and the marketplace rules', count: (message) => withNumbers.detect(message).length };
const others = peers(keywords);
const loop = includesLoop(keywords);
const hits = new Map([own, ...others, loop].map(({ name, count }) => [name, messages.map((message) => count(message) > 0)]));
console.log(`Messages with a hit: ${[...hits].map(([name, each]) => `${each.filter(Boolean).length} (${name})`).join(', ')}`);
const differing = unlike(hits, loop.name);
const rates = inTurns([own, full, ...others, loop], messages, rounds);

const best = others.map(({ name }) => ({ name, times: ratio(rates, own.name, name) })).reduce((least, other) => (other.times < least.times ? other : least));
for (const [name, ofRounds] of rates) console.log(`${name.padEnd(44)} ${Math.round(median(ofRounds)).toLocaleString('en')} messages/s${name === own.name ? '' : `, ours is ${ratio(rates, own.name, name).toFixed(2)} times that`}`);
const timesLoop = ratio(rates, own.name, loop.name);
console.log(`=> ${Math.round(median(rates.get(own.name) ?? [])).toLocaleString('en')} messages/s with ${KEYWORDS.toLocaleString('en')} keywords: ${timesLoop.toFixed(0)} times a loop of includes, ${best.times.toFixed(2)} times the best of npm (${best.name})`);

const problems = [
  ...[...differing].map(([name, at]) => `${name} and ${loop.name} differ in ${at.length} messages, such as "${messages[at[0] ?? 0]}"`),
  ...(timesLoop >= LEAST_OF_LOOP ? [] : [`${timesLoop.toFixed(1)} times a loop of includes, instead of ${LEAST_OF_LOOP}`]),
  ...(best.times >= LEAST_OF_BEST ? [] : [`${best.times.toFixed(2)} times ${best.name}, instead of ${LEAST_OF_BEST}`]),
];
for (const problem of problems) console.error(`MISSED: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
