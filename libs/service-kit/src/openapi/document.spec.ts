import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startFixture, stopFixtures } from '../../test/start-fixture';

let app: NestFastifyApplication;
let document: OpenAPIObject;
beforeAll(async () => {
  app = await startFixture();
  document = (await app.inject('/docs-json')).json();
});
afterAll(stopFixtures);

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
  const problem = { schema: { $ref: '#/components/schemas/Problem' } };
  const { responses } = document.paths['/notes']?.post ?? { responses: {} };
  expect(Object.keys(responses).sort()).toEqual(['201', '400', '409', '413', '415', '429', '503']);
  expect(responses['409']).toEqual({ description: 'There is such a note', content: { 'application/problem+json': problem } });
  expect(Object.keys(document.paths['/notes/{id}']?.delete?.responses ?? {}).sort()).toEqual(['204', '400', '401', '404', '413', '415', '429', '503']);
  expect(document.components?.schemas?.['Problem']).toMatchObject({ type: 'object', required: ['type', 'title', 'status', 'code', 'traceId'] });
});

it('says who may call what', () => {
  expect(document.paths['/notes']?.post?.security).toEqual([]);
  expect(document.paths['/me']?.get?.security).toEqual([{ member: [] }]);
  expect(document.paths['/admin']?.get?.security).toEqual([{ admin: [] }]);
  expect(document.components?.securitySchemes).toMatchObject({ member: { scheme: 'bearer' }, admin: { scheme: 'bearer' } });
  expect(JSON.stringify(document)).not.toContain('x-access');
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
