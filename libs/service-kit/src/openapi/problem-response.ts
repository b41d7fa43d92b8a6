import { PROBLEM_MEDIA_TYPE } from '../errors/problem';

/** An OpenAPI response whose body is a problem. */
export function problemResponse(description: string) {
  return { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } };
}
