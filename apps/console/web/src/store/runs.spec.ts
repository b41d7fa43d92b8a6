import type { RunEvent } from '@madang/lab';
import { NoRunFileError, parseRunFile, runFile } from './run-file';
import { reduceRun, type Run } from './runs';

const text = (en: string) => ({ en, ko: en });
const EVENTS: readonly RunEvent[] = [
  { kind: 'run-began', at: 10, run: 'r', scenario: 'withdrawal-under-crash', seed: 7, naive: true, title: text('t'), story: text('s'), steps: [{ name: 'a', title: text('A') }, { name: 'b', title: text('B') }], invariants: [{ name: 'i', title: text('I') }, { name: 'j', title: text('J') }] },
  { kind: 'step-began', at: 11, run: 'r', step: 'a' },
  { kind: 'note', at: 12, run: 'r', step: 'a', text: 'killed board', traceId: 'f00' },
  { kind: 'step-ended', at: 13, run: 'r', step: 'a' },
  { kind: 'step-began', at: 14, run: 'r', step: 'b' },
  { kind: 'step-ended', at: 15, run: 'r', step: 'b', failed: 'no answer' },
  { kind: 'invariant', at: 16, run: 'r', invariant: 'i', broken: [] },
  { kind: 'invariant', at: 17, run: 'r', invariant: 'j', broken: [{ what: 'a post is there', evidence: { id: 1 } }] },
  { kind: 'run-ended', at: 18, run: 'r', broken: 1 },
];
const played = (events: readonly RunEvent[]): Run | undefined => events.reduce<Run | undefined>(reduceRun, undefined);

it('ticks steps and promises as they are told', () => {
  const half = played(EVENTS.slice(0, 3));
  expect(half?.steps.map(({ state }) => state)).toEqual(['playing', 'waiting']);
  expect(half?.steps[0]?.notes).toEqual([{ at: 12, text: 'killed board', traceId: 'f00' }]);
  const whole = played(EVENTS);
  expect(whole?.steps.map(({ state, failed }) => [state, failed])).toEqual([['done', null], ['failed', 'no answer']]);
  expect(whole?.invariants.map(({ broken }) => broken?.length)).toEqual([0, 1]);
  expect([whole?.broken, whole?.endedAt]).toEqual([1, 18]);
});

it('is the same again from its file', () => {
  expect(played(parseRunFile(runFile(EVENTS)))).toEqual(played(EVENTS));
});

it('takes nothing of a run that it has not heard to begin', () => {
  expect(played(EVENTS.slice(1))).toBeUndefined();
});

it.each([
  ['without what it shows', '{"kind":"run-began","at":1,"run":"r"}', 'Line 1'],
  ['a title that is an object', JSON.stringify({ ...EVENTS[0], title: { en: {}, ko: 'x' } }), 'Line 1'],
  ['steps that are no list', JSON.stringify({ ...EVENTS[0], steps: 'abc' }), 'Line 1'],
  ['a broken promise that is null', `${runFile(EVENTS.slice(0, 1))}{"kind":"invariant","at":1,"run":"r","invariant":"i","broken":[null]}`, 'Line 2'],
  ['a kind that every object has', `${runFile(EVENTS.slice(0, 1))}{"kind":"constructor","at":1,"run":"r"}`, 'Line 2'],
  ['more than any run tells', runFile(EVENTS.slice(0, 1)) + `${JSON.stringify(EVENTS[1])}\n`.repeat(20_000), 'more than'],
])('refuses what looks like a run and would take the page down: %s', (_, file, said) => {
  expect(() => parseRunFile(file)).toThrow(NoRunFileError);
  expect(() => parseRunFile(file)).toThrow(said);
});

it.each([['', 'begin'], ['{"kind":"step-began","at":1,"run":"r","step":"a"}', 'begin'], ['hello', 'Line 1'], [`${runFile(EVENTS.slice(0, 2))}{"kind":"else","at":1}`, 'Line 3']])('refuses a file that is none: %j', (file, said) => {
  expect(() => parseRunFile(file)).toThrow(NoRunFileError);
  expect(() => parseRunFile(file)).toThrow(said);
});
