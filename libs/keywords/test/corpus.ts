import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface EvasiveLine {
  readonly text: string;
  readonly ruleIds: readonly string[];
}

/** Lines that people write to get past a filter, with the rules that are to see through them, and lines that no rule is to hit. */
export interface Corpus {
  readonly evasive: readonly EvasiveLine[];
  readonly innocent: readonly string[];
}

/** See `corpus/README.md`. */
export const PARTS = { own: '.', independent: 'independent', reviewer: 'reviewer' } as const;

export function readCorpus(part: keyof typeof PARTS): Corpus {
  const linesOf = (file: string): string[] => readFileSync(join(__dirname, '../corpus', PARTS[part], file), 'utf8').split('\n').filter((line) => line !== '');
  const evasive = linesOf('evasive.tsv').map((line) => {
    const [ruleIds = '', text = ''] = line.split('\t');
    return { text, ruleIds: ruleIds.split(',') };
  });
  return { evasive, innocent: linesOf('innocent.txt') };
}

export function together(parts: readonly Corpus[]): Corpus {
  return { evasive: parts.flatMap(({ evasive }) => evasive), innocent: parts.flatMap(({ innocent }) => innocent) };
}

export interface Judgement {
  readonly recall: number;
  readonly precision: number;
  readonly missed: readonly string[];
  /** What was hit that was not to be, in any line. */
  readonly wronged: readonly string[];
}

/** By line and rule: a line that a rule is to hit, and one that it hit. @param detect the ids of the rules that hit the text */
export function judge({ evasive, innocent }: Corpus, detect: (text: string) => readonly string[]): Judgement {
  const expectedOf = [...evasive, ...innocent.map((text): EvasiveLine => ({ text, ruleIds: [] }))];
  const lines = expectedOf.map(({ text, ruleIds }) => ({ text, ruleIds, hit: [...new Set(detect(text))] }));
  const missed = lines.flatMap(({ text, ruleIds, hit }) => ruleIds.filter((id) => !hit.includes(id)).map((id) => `${id}: ${text}`));
  const wronged = lines.flatMap(({ text, ruleIds, hit }) => hit.filter((id) => !ruleIds.includes(id)).map((id) => `${id}: ${text}`));
  const expected = lines.reduce((sum, { ruleIds }) => sum + ruleIds.length, 0);
  const right = expected - missed.length;
  return { recall: right / expected, precision: right / (right + wronged.length), missed, wronged };
}
