import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startFixture, stopFixtures } from '../../test/start-fixture';
import { ACCESS_EXTENSION } from '../auth/access';
import { Problem } from '../errors/problem';
import { completeDocument } from './complete-document';

interface Operation {
  readonly parameters?: readonly object[];
  readonly responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
}

let app: NestFastifyApplication;
let document: OpenAPIObject;
beforeAll(async () => {
  app = await startFixture();
  document = (await app.inject('/docs-json')).json();
});
afterAll(stopFixtures);

function exampleOf(path: string, method: 'get' | 'post', status: number): unknown {
  const operation = document.paths[path]?.[method] as unknown as Operation | undefined;
  return operation?.responses[status]?.content?.['application/problem+json']?.example;
}

/** Follows `$ref`s, failing on one that leads nowhere. */
function references(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, child] of Object.entries(value)) {
    if (key === '$ref') found.push(String(child));
    else references(child, found);
  }
  return found;
}

it('documents body, query, path and answers from the Zod schemas', () => {
  expect(document.components?.schemas?.['NewNote']).toEqual({
    type: 'object',
    properties: { text: { type: 'string', minLength: 1, maxLength: 10, pattern: String.raw`^[^\u0000]*$`, example: 'Hello' } },
    required: ['text'],
    additionalProperties: false,
  });
  const { post, get } = document.paths['/notes'] ?? {};
  expect(post?.requestBody).toEqual({ required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/NewNote' } } } });
  expect(post?.responses['201']).toEqual({ description: 'Created', content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } });
  expect(get?.parameters).toMatchObject([
    { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } },
    { name: 'cursor', in: 'query', required: false, schema: { type: 'string' } },
  ]);
  expect(document.paths['/notes/{id}']?.get?.parameters).toMatchObject([{ name: 'id', in: 'path', schema: { format: 'uuid' } }]);
});

it('documents every failure as a problem', () => {
  const { responses } = document.paths['/notes']?.post ?? { responses: {} };
  expect(Object.keys(responses).sort()).toEqual(['201', '400', '409', '413', '415', '429', '503']);
  expect(responses['409']).toEqual({
    description: 'There is such a note',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example: expect.objectContaining({ status: 409, detail: 'There is such a note.' }) } },
  });
  expect(Object.keys(document.paths['/notes/{id}']?.delete?.responses ?? {}).sort()).toEqual(['204', '400', '401', '404', '413', '415', '429', '503']);
  expect(document.components?.schemas?.['Problem']).toMatchObject({ type: 'object', required: ['type', 'title', 'status', 'code', 'traceId'] });
});

it('gives each failure an example of its own status, with errors where a field was refused', () => {
  let seen = 0;
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[])) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (!content?.['application/problem+json']) continue;
      seen += 1;
      const example = Problem.parse(content['application/problem+json'].example);
      expect(example.status).toBe(Number(status));
      expect(example.type).toBe(`urn:madang:problem:${example.code}`);
      expect(status === '400' || example.errors === undefined).toBe(true);
    }
  }
  expect(seen).toBeGreaterThan(20);
  expect(exampleOf('/notes', 'post', 400)).toMatchObject({ code: 'validation-failed', errors: [{ in: 'body' }] });
  expect(exampleOf('/notes/{id}', 'get', 400)).toMatchObject({ errors: [{ in: 'path', field: 'id' }] });
  expect(exampleOf('/me', 'get', 400)).toMatchObject({ code: 'malformed-url' });
});

it('documents what a body gets where none is needed', async () => {
  const refused = async (payload: string): Promise<number> =>
    (await app.inject({ method: 'DELETE', url: '/notes/x', payload, headers: { 'content-type': payload.length > 10 ? 'application/json' : 'text/plain' } })).statusCode;
  expect([await refused('x'), await refused('x'.repeat(70_000))]).toEqual([415, 413]);
  expect(document.paths['/notes/{id}']?.delete?.responses['415']).toMatchObject({ description: 'The body, which is not needed here, is not application/json' });
  expect((await app.inject({ method: 'GET', url: '/health/live', payload: 'x', headers: { 'content-type': 'text/plain' } })).statusCode).toBe(200);
});

it('gives no example to parameters: Swagger UI would send it as a filter that finds nothing', () => {
  const parameters = Object.values(document.paths).flatMap((path) => (Object.values(path) as Operation[]).flatMap((operation) => operation.parameters ?? []));
  expect(parameters.length).toBeGreaterThan(3);
  expect(JSON.stringify(parameters)).not.toContain('"example');
});

it('says who may call what', () => {
  expect(document.paths['/notes']?.post?.security).toEqual([]);
  expect(document.paths['/me']?.get?.security).toEqual([{ member: [] }]);
  expect(document.paths['/admin']?.get?.security).toEqual([{ admin: [] }]);
  expect(document.components?.securitySchemes).toMatchObject({ member: { scheme: 'bearer' }, admin: { scheme: 'bearer' } });
  expect(JSON.stringify(document)).not.toContain('x-access');
});

it('offers to authorize only as what some operation needs', () => {
  const schemes = { member: { type: 'http' as const }, admin: { type: 'http' as const } };
  const made = (access: string): OpenAPIObject =>
    completeDocument({
      openapi: '3.0.0',
      info: { title: '', version: '' },
      paths: { '/x': { get: Object.assign({ responses: {} }, { [ACCESS_EXTENSION]: access }) } },
      components: { securitySchemes: schemes },
    });
  expect(made('public').components).not.toHaveProperty('securitySchemes');
  expect(made('member').components?.securitySchemes).toEqual({ member: schemes.member });
});

it('lets a service add to each of its own operations what holds for all of them', () => {
  const extended: string[] = [];
  const operation = (operationId: string) => ({ get: { operationId, responses: {} } });
  const paths = { '/health/live': operation('live'), '/x': operation('x'), '/x/{id}': operation('xOf') };
  completeDocument({ openapi: '3.0.0', info: { title: '', version: '' }, paths }, ({ operationId = '' }) => extended.push(operationId));
  expect(extended).toEqual(['x', 'xOf']);
});

it('has no reference that leads nowhere', () => {
  const names = Object.keys(document.components?.schemas ?? {}).map((name) => `#/components/schemas/${name}`);
  for (const reference of references(document)) expect(names).toContain(reference);
});

it('serves Swagger UI from here alone', async () => {
  const page = await app.inject('/docs');
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect(page.body).not.toMatch(/(src|href)="?https?:/);
  expect(page.body).not.toMatch(/<script>/);
  const assets = [...page.body.matchAll(/(?:src|href)="(\.[^"]+)"/g)].map((match) => new URL(match[1] ?? '', 'http://x/docs').pathname);
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) expect((await app.inject(asset)).statusCode).toBe(200);
});
