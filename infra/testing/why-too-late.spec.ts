import { whyTooLate } from './why-too-late.ts';

test('containers begin whenever nobody bounds the run, and in time where somebody does', () => {
  expect(whyTooLate(1_800_000_000, {})).toBeUndefined();
  expect(whyTooLate(1_799_999_999, { MADANG_CONTAINERS_BY: '1800000000' })).toBeUndefined();
  expect(whyTooLate(1_800_000_090, { MADANG_CONTAINERS_BY: '1800000000' })).toMatch(/1\.5 minutes after/);
});
