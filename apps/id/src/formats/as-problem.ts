import { InvalidIdError, InvalidOptionError } from '@madang/ids';
import { BadRequestProblem, UnavailableProblem } from '@madang/service-kit';

export function refusedQuery(field: string, detail: string): BadRequestProblem {
  return new BadRequestProblem('validation-failed', { detail: 'Correct the fields listed in errors.', errors: [{ in: 'query', field, detail }] });
}

const NO_NODE = 'There is no node number at the moment, which a snowflake and a tsid need. Try again, or ask for another format.';
const CLOCK = 'The clock of this machine is not right at the moment. Try again.';
/** By the code of the library's error: what a client can do about it. */
const WHY: Readonly<Record<string, string>> = {
  IDS_NO_NODE_ID: NO_NODE,
  IDS_LEASE_LOST: NO_NODE,
  IDS_CLOCK_OUTSIDE_LEASE: CLOCK,
  ID_CLOCK_ROLLBACK: CLOCK,
  ID_TIME_RANGE: CLOCK,
  ID_COUNTER_EXHAUSTED: 'All ids of this moment are used. Try again, or ask for fewer.',
};

/** Errors of the library as answers: an id that is none is the caller's fault, ids that cannot be made now are ours. */
export function answering<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidIdError || error instanceof InvalidOptionError) {
      throw new BadRequestProblem('invalid-id', { detail: error.message, errors: [{ in: 'path', field: 'id', detail: error.message }], cause: error });
    }
    const detail = error instanceof Error && 'code' in error ? WHY[String(error.code)] : undefined;
    if (detail === undefined) throw error;
    throw new UnavailableProblem('no-ids-now', { detail, retryAfterSeconds: 5, cause: error });
  }
}
