import fc from 'fast-check';
import { someSteps, type Step } from './random-steps';

const killsThenReads = (steps: readonly Step[]): boolean => {
  const killedAt = steps.findIndex(({ does }) => does === 'kill -9');
  return killedAt >= 0 && steps.some((step, at) => at > killedAt && step.does === 'read' && step.session === 1);
};

it('shrinks to the steps that matter, in as few runs as a minute has seconds, and its path leads there', async () => {
  let runs = 0;
  const property = fc.asyncProperty(someSteps, async (steps) => {
    runs += 1;
    return !killsThenReads(steps);
  });
  const { seed, counterexample, counterexamplePath, numRuns } = await fc.check(property, { seed: 7, unbiased: true });
  expect(counterexample?.[0]?.map(({ does }) => does)).toEqual(['kill -9', 'read']);
  expect(runs - numRuns).toBeLessThan(60);
  const again = await fc.check(property, { seed, path: counterexamplePath ?? '', unbiased: true });
  expect([again.numShrinks, again.counterexample]).toEqual([0, counterexample]);
});
