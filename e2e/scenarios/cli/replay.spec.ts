import type { RunEvent } from '@madang/lab';
import { UsageError } from './options.ts';
import { eventsOf } from './run-file.ts';
import { RunPrinter } from './run-printer.ts';
import { comparison, isAsItShouldBe, talliesOf } from './tally.ts';

const text = (word: string): { en: string; ko: string } => ({ en: word, ko: `${word}-ko` });

function runOf(run: string, naive: boolean, broken: number, failed?: string): RunEvent[] {
  const found = Array.from({ length: broken }, (_, index) => ({ what: `post ${index} is still there`, evidence: { id: index }, traceId: 'abcdef0123456789' }));
  return [
    { kind: 'run-began', at: 1_000, run, scenario: 'walks', seed: 7, naive, title: text('Walks'), story: text('Somebody walks.'), steps: [{ name: 'go', title: text('Go') }], invariants: [{ name: 'home', title: text('All are home') }] },
    { kind: 'step-began', at: 1_001, run, step: 'go' },
    { kind: 'note', at: 1_500, run, step: 'go', text: 'on the way', traceId: 'abcdef0123456789' },
    { kind: 'step-ended', at: 3_000, run, step: 'go', ...(failed !== undefined && { failed }) },
    ...(failed === undefined ? [{ kind: 'invariant' as const, at: 3_500, run, invariant: 'home', broken: found }] : []),
    { kind: 'run-ended', at: 4_000, run, broken, ...(failed !== undefined && { failed }) },
  ];
}

function printed(events: readonly RunEvent[], language: 'en' | 'ko' = 'en'): string {
  let all = '';
  const printer = new RunPrinter({ write: (part) => (all += part) }, language);
  for (const event of events) printer.print(event);
  // eslint-disable-next-line no-control-regex
  return all.replaceAll(/\u001B\[\d+m/g, '');
}

it('reads what a run has written, and tells it as it was told', () => {
  const events = runOf('a', false, 4);
  const file = events.map((event) => JSON.stringify(event)).join('\n');
  expect(eventsOf(`${file}\n`, 'f')).toEqual(events);
  const told = printed(eventsOf(file, 'f'));
  expect(told).toContain('✓  Go  2.0 s');
  expect(told).toContain('broken  All are home  4 ×');
  expect(told).toContain('post 2 is still there  trace abcdef0123456789');
  expect(told).not.toContain('post 3 is');
  expect(told).toContain('and 1 more');
  expect(told).toContain('4 promises were broken.');
  expect(printed(events, 'ko')).toContain('Go-ko');
});

it('what somebody else has written into a file does not steer the terminal', () => {
  const [began, ...rest] = runOf('a', false, 0);
  const told = printed([{ ...began, title: text('\u001B]0;owned\u0007') } as RunEvent, ...rest, { kind: 'note', at: 1, run: 'a', step: 'go', text: 'a\u001B[2Jb\u009Bc\rd' }]);
  expect(told).toContain('a [2Jb c d');
  expect(told).not.toMatch(/[^\P{Cc}\n]/u);
});

it.each(['', 'no JSON', '{"kind":"run-began"}', '{"kind":"run-began","at":1,"run":"a"}', '{"kind":"other","at":1,"run":"a"}', 'null'])('does not take %j for a run', (line) => {
  expect(() => eventsOf(line, 'f')).toThrow(UsageError);
});

it('knows what should be: nothing broken with the patterns, something without, and each run at its end', () => {
  const verdict = (...events: RunEvent[]): boolean[] => talliesOf(events).map(isAsItShouldBe);
  expect(verdict(...runOf('a', false, 0), ...runOf('b', true, 2))).toEqual([true, true]);
  expect(verdict(...runOf('a', false, 1), ...runOf('b', true, 0))).toEqual([false, false]);
  expect(verdict(...runOf('a', false, 0, 'too slow'), ...runOf('b', true, 0, 'too slow'))).toEqual([false, false]);
  expect(verdict(...runOf('a', false, 0).slice(0, -1))).toEqual([false]);
  expect(verdict(...runOf('a', false, 0).filter(({ kind }) => kind !== 'invariant'))).toEqual([false]); // nobody has looked
});

it('sets both ways side by side', () => {
  expect(comparison([...runOf('a', false, 0), ...runOf('b', true, 2)], 'en').split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['promise', 'patterns', 'naive'],
    ['All are home', 'kept', '2 broken'],
  ]);
});
