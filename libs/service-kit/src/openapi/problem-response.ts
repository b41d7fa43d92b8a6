import { type FieldFault, PROBLEM_MEDIA_TYPE } from '../errors/problem';
import { ProblemError } from '../errors/problem-error';
import { codeOfStatus } from '../errors/to-problem-error';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** What the example of a problem says; what is left out follows from status and description. */
export interface ProblemExample {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
}

/** An OpenAPI response whose body is a problem, with an example of its own: the schema's would be one for every status. */
export function problemResponse(status: number, description: string, { code = codeOfStatus(status), ...rest }: ProblemExample = {}) {
  const example = new ProblemError(status, code, { detail: `${description}.`, ...rest }).toProblem(TRACE_ID);
  return { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, example } } };
}
