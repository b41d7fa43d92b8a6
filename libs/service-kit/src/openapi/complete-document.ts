import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { type Access, ACCESS_EXTENSION } from '../auth/access';
import { Problem } from '../errors/problem';
import { problemResponse } from './problem-response';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Adds to each operation what the kit does for it: who may call it, and the failures any operation may have. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation !== undefined) completeOperation(operation, method);
    }
  }
  document.paths = healthLast(document.paths);
  // With an id a schema converts to a reference and its definition, which is what `components` takes.
  const { definitions } = z.toJSONSchema(Problem, { target: 'openapi-3.0' });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...(definitions as object) } };
  return document;
}

/** Swagger UI shows operations in this order, and people come for the service's own. */
function healthLast(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  const isHealth = ([path]: [string, unknown]): boolean => path.startsWith('/health/');
  const entries = Object.entries(paths);
  return Object.fromEntries([...entries.filter((entry) => !isHealth(entry)), ...entries.filter(isHealth)]);
}

function completeOperation(operation: Operation, method: (typeof METHODS)[number]): void {
  const extensions = operation as unknown as Record<string, unknown>;
  const access = (extensions[ACCESS_EXTENSION] as Access | undefined) ?? 'member';
  delete extensions[ACCESS_EXTENSION];
  operation.security = access === 'public' ? [] : [{ [access]: [] }];

  const add = (status: number, description: string): void => {
    operation.responses[String(status)] ??= problemResponse(description);
  };
  add(400, 'The request is malformed; errors lists each refused field');
  if (access !== 'public') add(401, 'The token is missing or does not hold');
  if (operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'path')) add(404, 'There is no such thing');
  if (method !== 'get') {
    add(413, 'The body is too large');
    add(415, 'The body is not application/json');
  }
  add(429, 'Too many requests; see Retry-After');
  add(503, 'A dependency does not answer; see Retry-After');
}
