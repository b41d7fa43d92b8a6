import { z } from 'zod';

/** One refused field of a request. */
export const FieldFault = z.object({
  in: z.enum(['body', 'query', 'path', 'header']),
  field: z.string().meta({ description: 'Path of the field; empty for the whole value', example: 'title' }),
  detail: z.string().meta({ example: 'Too small: expected string to have >=1 characters' }),
});
export type FieldFault = z.output<typeof FieldFault>;

/** The body of every error response: RFC 9457, `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Identifies the kind of problem', example: 'urn:madang:problem:not-found' }),
    title: z.string().meta({ example: 'Not found' }),
    status: z.int().meta({ example: 404 }),
    detail: z.string().optional().meta({ description: 'What went wrong this time and what to do next' }),
    code: z.string().meta({ description: 'The kind of problem, for programs', example: 'not-found' }),
    traceId: z.string().meta({ description: 'Finds this request in logs and traces', example: '4bf92f3577b34da6a3ce929d0e0e4736' }),
    errors: z.array(FieldFault).optional().meta({ description: 'Each refused field, where the request was not valid' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457)' });
export type Problem = z.output<typeof Problem>;

/** The media type of {@link Problem}. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
