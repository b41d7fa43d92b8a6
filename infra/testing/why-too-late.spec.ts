import { endOf, whyTooLate } from './why-too-late.ts';

test.each([
  ['nobody bounds the run', {}, undefined],
  ['the bound is empty', { MADANG_END_BY: '' }, undefined],
  ['there is time enough', { MADANG_END_BY: '1800001560' }, undefined],
  ['there is not', { MADANG_END_BY: '1800001470' }, expect.stringContaining('1.5 minutes too late')],
])('containers where %s', (_, environment, why) => {
  expect(whyTooLate(1_800_000_000, environment)).toEqual(why);
});

test('a bound is in seconds', () => {
  expect(endOf({ MADANG_END_BY: '1800000000' })).toBe(1_800_000_000);
});
