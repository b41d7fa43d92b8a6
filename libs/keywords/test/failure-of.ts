import fc from 'fast-check';

/** Of so many runs the first that fails, made small; undefined if none does. */
export function failureOf<Values>(property: fc.IProperty<Values>, runs = 10_000): string | undefined {
  return fc.defaultReportMessage(fc.check(property, { numRuns: runs }));
}
