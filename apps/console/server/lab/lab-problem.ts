import { LabError } from '@madang/lab';
import { BadRequestProblem, ConflictProblem, NotFoundProblem, type ProblemError, UnavailableProblem } from '@madang/service-kit';

/** Runs a call of the lab and gives its errors their place in the HTTP contract. */
export async function asProblem<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LabError) throw problemOf(error);
    throw error;
  }
}

function problemOf({ code, message, cause }: LabError): ProblemError {
  switch (code) {
    case 'unknown-fault':
    case 'unknown-process':
      return new NotFoundProblem(code, { detail: message });
    case 'unknown-switch':
      return new BadRequestProblem(code, { detail: message });
    case 'refused':
      return new ConflictProblem(code, { detail: message });
    case 'unavailable':
    case 'misconfigured':
      return new UnavailableProblem(code, { detail: message, cause });
    default:
      return code satisfies never;
  }
}
