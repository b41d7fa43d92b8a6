import type { FormatName } from '../format';

/** What is wrong with a text (or bytes) that should be an id. */
export type InvalidIdCode = 'ID_TYPE' | 'ID_LENGTH' | 'ID_CHARACTER' | 'ID_RANGE' | 'ID_VERSION' | 'ID_VARIANT' | 'ID_PREFIX';

export interface IdProblem {
  readonly code: InvalidIdCode;
  /** The reason, as a clause: "it has 25 characters". */
  readonly reason: string;
}

const SHOWN = 100;

/** Thrown by `parse`, `fromBytes` and everything that reads an id: says what is wrong and what is expected. */
export class InvalidIdError extends Error {
  readonly code: InvalidIdCode;

  constructor(
    readonly format: FormatName,
    problem: IdProblem,
    expected: string,
    input: unknown,
  ) {
    const shown = typeof input === 'string' ? JSON.stringify(input.length > SHOWN ? `${input.slice(0, SHOWN)}...` : input) : `A ${typeof input}`;
    super(`${shown} is not a ${format}: ${problem.reason}. Expected: ${expected}.`);
    this.name = 'InvalidIdError';
    this.code = problem.code;
  }
}
