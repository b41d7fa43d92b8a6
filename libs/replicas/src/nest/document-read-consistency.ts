import type { INestApplicationContext } from '@nestjs/common';
import type { LevelName } from '../levels';
import { TOKEN_HEADER } from '../token/consistency-tokens';
import { HTTP_READ_OPTIONS, type HttpReadsOptions } from './http-reads';
import { ID_FORM, ID_HEADER, LEVEL_HEADER } from './http-read-scope';

/** As much of an OpenAPI operation as is needed here. */
export interface DocumentedOperation {
  parameters?: object[];
  readonly responses: Record<string, object | undefined>;
}

const LEVELS: Readonly<Record<LevelName, string>> = {
  eventual: 'any state, in any order',
  pinned: 'one replica, for as long as it lives',
  bounded: 'at most so many milliseconds stale',
  monotonic: 'never older than what the same id has been shown',
  session: 'monotonic, and what the same id has written',
  strong: 'the primary',
};

const EXPLANATION = {
  'X-Read-Replica': { description: 'Where the last read went: the name of a replica, or `primary`.', schema: { type: 'string' } },
  'X-Read-Staleness-Ms': { description: 'It was at most so much older than the primary. Missing where nobody knows.', schema: { type: 'integer', minimum: 0 } },
  'X-Read-Reason': { description: 'Why it went there: `pinned` is the first choice of the id, at any level.', schema: { type: 'string' } },
};

/** Adds the headers that each operation takes and answers with, as the application's {@link ReplicasModule} is set up. */
export function documentReadConsistency(operation: DocumentedOperation, app: INestApplicationContext): void {
  const { clientLevels, explain } = app.get<HttpReadsOptions>(HTTP_READ_OPTIONS, { strict: false });
  operation.parameters = [...(operation.parameters ?? []), ...parametersOf(clientLevels)];
  const headers = { [canonical(TOKEN_HEADER)]: ANSWERED_TOKEN, ...(explain && EXPLANATION) };
  for (const [status, response] of Object.entries(operation.responses)) {
    // What is refused otherwise has mostly read nothing.
    if (response && (status < '400' || status === '404')) Object.assign(response, { headers });
  }
}

const ANSWERED_TOKEN = {
  description: 'How far whoever asked has seen and written; missing before they have. Send the latest one with the next request, to any instance or service.',
  schema: { type: 'string' },
};

function parametersOf(clientLevels: readonly LevelName[]): object[] {
  const level = `What this request may read: ${clientLevels.map((name) => `\`${nameIn(name)}\` (${LEVELS[name]})`).join(', ')}.`;
  return [
    parameter(ID_HEADER, 'Whose reads these are: they never go back in time. Not a secret, and known to this process. Default: the credentials tell.', { pattern: ID_FORM.source }),
    parameter(TOKEN_HEADER, 'The token of an earlier answer: nothing older is shown. Several are separated by commas.'),
    ...(clientLevels.length === 0 ? [] : [parameter(LEVEL_HEADER, level, { pattern: `^(${clientLevels.map(patternOf).join('|')})$` })]),
  ];
}

function parameter(name: string, description: string, schema: object = {}): object {
  return { name: canonical(name), in: 'header', required: false, description, schema: { type: 'string', ...schema } };
}

function nameIn(level: string): string {
  return level === 'bounded' ? 'bounded:500' : level;
}

function patternOf(level: string): string {
  return level === 'bounded' ? String.raw`bounded:\d{1,9}` : level;
}

/** As people write it; to HTTP it is the same. */
function canonical(header: string): string {
  return header.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
