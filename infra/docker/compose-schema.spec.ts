import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { infraDirectory, repositoryRoot } from '../core/paths.ts';

// compose-spec.json: github.com/compose-spec/compose-spec, schema/compose-spec.json, commit 170098ba07d9f53c383a41bfd4c5166b0a4529a6 (Apache-2.0), unchanged.
// compose-spec-1.29.json: github.com/docker/compose, compose/config/compose_spec.json of 1.29.2 (Apache-2.0), unchanged: what Debian's docker-compose reads by.
const SCHEMAS = { today: 'compose-spec.json', 'docker-compose 1.29': 'compose-spec-1.29.json' } as const;
type Specification = keyof typeof SCHEMAS;
const specifications = Object.keys(SCHEMAS) as Specification[];
const FILES = ['docker-compose.yml', 'infra/docker/cdc-debezium.yml', 'infra/docker/cdc-embedded.yml'];

/** Faults of a compose file by the Compose specification: anchors and merges are resolved, as compose does first. */
function faultsOf(text: string, specification: Specification): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false, meta: false, validateSchema: false });
  // Of its own `id`s, which are of an older draft's, it names none.
  const schema = JSON.parse(readFileSync(join(infraDirectory, 'docker', SCHEMAS[specification]), 'utf8'), (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value)) as Record<string, unknown>;
  const validate = ajv.compile(schema);
  validate(parse(text, { merge: true }));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const compose = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8');

test.each(specifications.flatMap((specification) => FILES.map((path) => [path, specification] as const)))('%s is valid by the Compose specification of %s', (path, specification) => {
  expect(faultsOf(readFileSync(join(repositoryRoot, path), 'utf8'), specification)).toEqual([]);
});

test.each([
  ['a key that there is not', 'mem_limit: 512m', 'memlimit: 512m'],
  ['a word where there are two', 'restart: on-failure', 'restart: [on-failure]'],
  ['a condition that there is not', 'condition: service_healthy', 'condition: service_ready'],
])('%s is found', (_, from, to) => {
  expect(compose).toContain(from);
  for (const specification of specifications) expect(faultsOf(compose.replace(from, to), specification)).not.toEqual([]);
});
