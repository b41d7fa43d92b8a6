import { LabError } from '../lab.error';
import { SWITCHES } from '../switches';
import type { Text } from '../text';
import { faultNamed, FAULTS } from './catalogue';

const textsOf = ({ title, does, holds, prediction: { question, answers } }: (typeof FAULTS)[number]): Text[] => [title, does, holds, question, ...answers];

it('has names that are there once, and takes each fault back within a minute or so', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThanOrEqual(12);
  for (const { name, revertAfterMs } of FAULTS) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(revertAfterMs).toBeGreaterThanOrEqual(5_000);
    expect(revertAfterMs).toBeLessThanOrEqual(60_000);
  }
});

it('says everything in both languages, with a right answer and wrong ones that differ', () => {
  for (const fault of FAULTS) {
    for (const { en, ko } of textsOf(fault)) {
      expect(en).toMatch(/[a-z]/i);
      expect(en).not.toMatch(/[가-힣]/);
      expect(ko).toMatch(/[가-힣]/);
    }
    const { answers } = fault.prediction;
    expect(answers.length).toBeGreaterThanOrEqual(3);
    expect(new Set(answers.map(({ en }) => en)).size).toBe(answers.length);
  }
});

it('says what there is, to whoever asks for something else', () => {
  expect(faultNamed('cdc-killed').action).toEqual({ do: 'kill', processes: ['cdc'] });
  expect(() => faultNamed('cdc-kiled')).toThrow(LabError);
  expect(() => faultNamed('cdc-kiled')).toThrow(/There are: .*cdc-killed/);
});

it('switches begin with the pattern', () => {
  expect(SWITCHES.map(({ name, modes }) => [name, modes[0]])).toEqual([
    ['withdrawal', 'outbox'],
    ['reads', 'routed'],
    ['inbox', 'inbox'],
    ['admission', 'sliding-window'],
    ['moderation', 'behind-the-log'],
    ['ids', 'uuidv7'],
  ]);
});
