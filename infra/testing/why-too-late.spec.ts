import { whyTooLate } from './why-too-late.ts';

test('containers begin whenever nobody bounds the run, and in time where somebody does', () => {
  expect(whyTooLate(1e6, {})).toBeUndefined();
  expect(whyTooLate(2_699, { MADANG_CONTAINERS_WITHIN_MINUTES: '45' })).toBeUndefined();
  expect(whyTooLate(2_760, { MADANG_CONTAINERS_WITHIN_MINUTES: '45' })).toMatch(/taken 46 minutes.*within 45/);
});
