import { DeskRefusedError, DeskUnavailableError } from '@madang/event-bus';
import { ConflictProblem, NotFoundProblem, type ProblemError, UnavailableProblem } from '@madang/service-kit';

/** Runs a call of the desk and gives its errors their place in the HTTP contract. */
export async function asProblem<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DeskRefusedError) throw refusal(error);
    if (error instanceof DeskUnavailableError) throw new UnavailableProblem(error.code, { detail: error.message, cause: error.cause });
    throw error;
  }
}

function refusal({ code, message }: DeskRefusedError): ProblemError {
  switch (code) {
    case 'letter-not-found':
      return new NotFoundProblem(code, { detail: message });
    case 'letter-already-replayed':
    case 'letter-already-discarded':
    case 'earlier-letters-open':
    case 'letter-not-replayable':
    case 'letter-too-large':
    case 'letter-too-old':
      return new ConflictProblem(code, { detail: message });
    default:
      return code satisfies never;
  }
}
