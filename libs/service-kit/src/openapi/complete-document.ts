import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { type Access, ACCESS_EXTENSION } from '../auth/access';
import { Problem } from '../errors/problem';
import { type ProblemExample, problemResponse } from './problem-response';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const PLACES = ['path', 'query', 'header'] as const;

/**
 * Adds to each operation what the kit does for it: who may call it, and the failures any operation may have.
 * @param extend adds to those of the service's own what it does besides
 */
export function completeDocument(document: OpenAPIObject, extend?: (operation: Operation) => void): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      completeOperation(operation, method);
      if (!isHealth(path)) extend?.(operation);
    }
  }
  document.paths = healthLast(document.paths);
  // With an id a schema converts to a reference and its definition, which is what `components` takes.
  const { definitions } = z.toJSONSchema(Problem, { target: 'openapi-3.0' });
  const { securitySchemes: _all, ...components } = document.components ?? {};
  const securitySchemes = usedSchemes(document);
  document.components = {
    ...components,
    schemas: { ...components.schemas, ...(definitions as object) },
    ...(securitySchemes === undefined ? {} : { securitySchemes }),
  };
  return document;
}

/** Swagger UI shows operations in this order, and people come for the service's own. */
function healthLast(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  const entries = Object.entries(paths);
  return Object.fromEntries([...entries.filter(([path]) => !isHealth(path)), ...entries.filter(([path]) => isHealth(path))]);
}

function isHealth(path: string): boolean {
  return path.startsWith('/health/');
}

function completeOperation(operation: Operation, method: (typeof METHODS)[number]): void {
  const extensions = operation as unknown as Record<string, unknown>;
  const access = (extensions[ACCESS_EXTENSION] as Access | undefined) ?? 'member';
  delete extensions[ACCESS_EXTENSION];
  operation.security = access === 'public' ? [] : [{ [access]: [] }];

  const add = (status: number, description: string, example: ProblemExample): void => {
    operation.responses[String(status)] ??= problemResponse(status, description, example);
  };
  add(400, 'The request is malformed; errors lists each refused field', exampleOfBadRequest(operation));
  if (access !== 'public') add(401, 'The token is missing or does not hold', { detail: 'Send Authorization: Bearer <token>.' });
  if (operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'path')) add(404, 'There is no such thing', {});
  if (method !== 'get') {
    // Also where no body is needed: Fastify reads one that is sent all the same, a DELETE's included.
    const body = operation.requestBody === undefined ? 'The body, which is not needed here,' : 'The body';
    add(413, `${body} is too large`, { detail: 'The body is larger than this service accepts.' });
    add(415, `${body} is not application/json`, { detail: 'Send the body as application/json.' });
  }
  add(429, 'Too many requests; see Retry-After', { detail: 'Slow down; see Retry-After.' });
  add(503, 'A dependency does not answer; see Retry-After', { code: 'dependency-unavailable', detail: 'Try again shortly.' });
}

/** What is refused is something that this operation takes; without any, only the URL can be wrong. */
function exampleOfBadRequest({ requestBody, parameters = [] }: Operation): ProblemExample {
  const parameter = parameters.find((candidate) => 'in' in candidate);
  const place = requestBody === undefined ? PLACES.find((known) => known === parameter?.in) : 'body';
  if (place === undefined) return { code: 'malformed-url', detail: 'The URL is not correctly percent-encoded.' };
  const field = place === 'body' ? 'title' : (parameter?.name ?? '');
  const fault = place === 'body' ? 'Too small: expected string to have >=1 characters' : 'Invalid input';
  return { code: 'validation-failed', detail: 'Correct the fields listed in errors.', errors: [{ in: place, field, detail: fault }] };
}

/** Swagger UI shows a lock and "Authorize" for each scheme that is there, needed or not. */
function usedSchemes(document: OpenAPIObject): NonNullable<OpenAPIObject['components']>['securitySchemes'] {
  const operations = Object.values(document.paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));
  const used = new Set(operations.flatMap(({ security = [] }) => security.flatMap(Object.keys)));
  const schemes = Object.entries(document.components?.securitySchemes ?? {}).filter(([name]) => used.has(name));
  return schemes.length === 0 ? undefined : Object.fromEntries(schemes);
}
