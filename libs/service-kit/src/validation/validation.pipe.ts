import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldFault } from '../errors/problem';
import { BadRequestProblem } from '../errors/problems';

type Issue = Parameters<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & object>[0][number];

/** A hostile body can be wrong in thousands of places; the answer stays small. */
const MAX_FAULTS = 20;
const MAX_TEXT = 200;
const PLACES = { body: 'body', query: 'query', param: 'path', custom: 'header' } as const;

/** Validates every `@Body`, `@Query` and `@Param` that names a `schema`, and answers 400 listing each refused field. */
@Injectable()
export class ProblemValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema, type, data } = metadata;
    if (schema === undefined || !this.toValidate(metadata)) return value;
    const result = await this.validate<T>(value, schema);
    if (result.issues === undefined) return result.value;
    const errors = result.issues.slice(0, MAX_FAULTS).map((issue) => faultOf(issue, PLACES[type], data));
    throw new BadRequestProblem('validation-failed', { detail: 'Correct the fields listed in errors.', errors });
  }
}

function faultOf(issue: Issue, place: FieldFault['in'], name: string | undefined): FieldFault {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const field = [...(name === undefined ? [] : [name]), ...path].join('.');
  return { in: place, field: field.slice(0, MAX_TEXT), detail: issue.message.slice(0, MAX_TEXT) };
}
