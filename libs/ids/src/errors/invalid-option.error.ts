/** Thrown where a format is made, or asked for ids, with an option that cannot be right. A mistake of the caller. */
export class InvalidOptionError extends RangeError {
  readonly code = 'ID_OPTION';

  constructor(option: string, given: unknown, expected: string) {
    super(`${option} is ${String(given)}; expected ${expected}.`);
    this.name = 'InvalidOptionError';
  }
}

/** @throws InvalidOptionError unless `value` is a whole number from `min` to `max` */
export function wholeNumber(option: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) throw new InvalidOptionError(option, value, `a whole number from ${min} to ${max}`);
  return value;
}
