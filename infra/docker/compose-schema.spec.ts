import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { infraDirectory, repositoryRoot } from '../core/paths.ts';

// compose-spec.json: github.com/compose-spec/compose-spec, schema/compose-spec.json, commit 170098ba07d9f53c383a41bfd4c5166b0a4529a6 (Apache-2.0), unchanged.
const schema = JSON.parse(readFileSync(join(infraDirectory, 'docker', 'compose-spec.json'), 'utf8')) as Record<string, unknown>;

/** Faults of a compose file by the Compose specification: anchors and merges are resolved, as compose does first. */
function faultsOf(text: string): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false, meta: false, validateSchema: false });
  const validate = ajv.compile(schema);
  validate(parse(text, { merge: true }));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const compose = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8');

test.each([['docker-compose.yml'], ['infra/docker/cdc-debezium.yml'], ['infra/docker/cdc-embedded.yml']])('%s is valid by the Compose specification', (path) => {
  expect(faultsOf(readFileSync(join(repositoryRoot, path), 'utf8'))).toEqual([]);
});

test.each([
  ['a key that there is not', 'mem_limit: 512m', 'memlimit: 512m'],
  ['a word where there are two', 'restart: on-failure', 'restart: [on-failure]'],
  ['a condition that there is not', 'condition: service_healthy', 'condition: service_ready'],
])('%s is found', (_, from, to) => {
  expect(compose).toContain(from);
  expect(faultsOf(compose.replace(from, to))).not.toEqual([]);
});
