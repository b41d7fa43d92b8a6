import { InvalidIdError, InvalidOptionError } from '@madang/ids';
import { BadRequestProblem, UnavailableProblem } from '@madang/service-kit';

export function refusedQuery(field: string, detail: string): BadRequestProblem {
  return new BadRequestProblem('validation-failed', { detail: 'Correct the fields listed in errors.', errors: [{ in: 'query', field, detail }] });
}

/** Errors of the library as answers: an id that is none is the caller's fault, ids that cannot be made now are ours. */
export function answering<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidIdError || error instanceof InvalidOptionError) {
      throw new BadRequestProblem('invalid-id', { detail: error.message, errors: [{ in: 'path', field: 'id', detail: error.message }], cause: error });
    }
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^IDS?_/.test(error.code)) {
      throw new UnavailableProblem('no-ids-now', { detail: error.message, cause: error });
    }
    throw error;
  }
}
