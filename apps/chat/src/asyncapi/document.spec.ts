import { platformEvents } from '@madang/events';
import Ajv from 'ajv';
import { createRequire } from 'node:module';
import { asyncApiDocument } from './document';

const load = createRequire(__filename);
const rules = load('@asyncapi/specs/schemas/3.0.0.json') as object;

function faultsOf(document: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false, meta: false, validateSchema: false });
  const validate = ajv.compile(rules);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What a reference of the document points to. */
function resolve(document: object, reference: string): unknown {
  return reference.slice(2).split('/').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/')], document);
}

const document = asyncApiDocument() as Record<string, Record<string, object>>;

it('is AsyncAPI 3, by its own schema', () => {
  expect(faultsOf(document)).toEqual([]);
});

it('the control: a channel without its form, and an operation without its action, are found', () => {
  const { channels, operations } = document;
  expect(faultsOf({ ...document, channels: { ...channels, socket: { address: 7 } } })).not.toEqual([]);
  expect(faultsOf({ ...document, operations: { ...operations, message: { channel: { $ref: '#/channels/socket' } } } })).not.toEqual([]);
});

it('points to nothing that is not there', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '');
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
});

it('holds every event of the platform', () => {
  expect(Object.keys(document['components']?.['messages'] ?? {})).toEqual(expect.arrayContaining(platformEvents.map(({ type, version }) => `${type}.v${version}`)));
});
