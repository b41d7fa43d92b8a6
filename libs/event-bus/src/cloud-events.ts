import type { DomainEvent } from './domain-event';
import type { EventCatalogue } from './event-catalogue';
import type { EventDefinition } from './event-definition';
import type { KafkaRecord } from './kafka-record';
import { PoisonRecordError } from './poison-record.error';

/**
 * CloudEvents 1.0, Kafka protocol binding, binary content mode: the payload is the value, the attributes are headers.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function cloudEventHeaders(event: Omit<DomainEvent, 'payload' | 'traceparent' | 'consistencyToken'>): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.aggregateId,
    ce_time: event.time,
    'content-type': 'application/json',
    aggregateversion: String(event.aggregateVersion),
    schemaversion: String(event.schemaVersion),
  };
}

/** Not part of CloudEvents: how far the producer's database was when the event had certainly been committed, opaque to the bus. */
export const CONSISTENCY_TOKEN_HEADER = 'x-consistency-token';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const JSON_CONTENT = /^application\/json\s*(;|$)/i;
const POSITIVE_INTEGER = /^[1-9][0-9]{0,9}$/;

/**
 * Reads a record as the event that the catalogue says it is.
 *
 * @throws PoisonRecordError if it is not one: no retry will change that
 */
export async function readCloudEvent(record: KafkaRecord, catalogue: EventCatalogue): Promise<DomainEvent> {
  if (record.value === null) throw new PoisonRecordError('tombstone', 'The record has no value');
  if (header(record, 'ce_specversion') !== '1.0') throw invalidHeader('ce_specversion', '1.0');
  const id = header(record, 'ce_id');
  if (!UUID.test(id)) throw invalidHeader('ce_id', 'a UUID');
  const time = header(record, 'ce_time');
  if (!RFC_3339.test(time) || Number.isNaN(Date.parse(time))) throw invalidHeader('ce_time', 'an RFC 3339 time');
  if (!JSON_CONTENT.test(header(record, 'content-type'))) {
    throw invalidHeader('content-type', 'application/json');
  }
  const definition = definitionOf(record, catalogue);
  const traceparent = record.headers['traceparent']?.toString();
  const consistencyToken = record.headers[CONSISTENCY_TOKEN_HEADER]?.toString();
  return {
    id: id.toLowerCase(),
    type: definition.type,
    schemaVersion: definition.version,
    source: header(record, 'ce_source'),
    aggregateId: header(record, 'ce_subject'),
    aggregateVersion: integerHeader(record, 'aggregateversion'),
    time,
    payload: await payloadOf(record.value, definition),
    ...(traceparent ? { traceparent } : {}),
    ...(consistencyToken ? { consistencyToken } : {}),
  };
}

function definitionOf(record: KafkaRecord, catalogue: EventCatalogue): EventDefinition {
  const type = header(record, 'ce_type');
  const versions = catalogue.versions(type);
  if (!versions) throw new PoisonRecordError('unknown-type', `No event "${type}" in the catalogue`);
  // Producers outside the platform may leave the version out: a topic's first version is then meant.
  const version = record.headers['schemaversion'] ? integerHeader(record, 'schemaversion') : 1;
  const definition = versions.get(version);
  if (!definition) {
    const known = [...versions.keys()].join(', ');
    throw new PoisonRecordError('unknown-version', `"${type}" has no version ${version}; known: ${known}`);
  }
  return definition;
}

async function payloadOf(value: Buffer, definition: EventDefinition): Promise<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    throw new PoisonRecordError('not-json', 'The value is not JSON');
  }
  const result = await definition.schema['~standard'].validate(json);
  if (result.issues) {
    // Paths and messages only: the payload itself may hold what logs must not.
    const issues = result.issues.map((issue) => `${pathOf(issue.path)}: ${issue.message}`).join('; ');
    throw new PoisonRecordError('invalid-payload', `Not a ${definition.type} v${definition.version}: ${issues}`);
  }
  return result.value;
}

function pathOf(path: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined): string {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.') || 'payload';
}

function header(record: KafkaRecord, name: string): string {
  const value = record.headers[name]?.toString('utf8');
  if (!value) throw new PoisonRecordError('missing-header', `Header "${name}" is missing`);
  return value;
}

function integerHeader(record: KafkaRecord, name: string): number {
  const value = header(record, name);
  if (!POSITIVE_INTEGER.test(value)) throw invalidHeader(name, 'an integer from 1');
  return Number(value);
}

function invalidHeader(name: string, expected: string): PoisonRecordError {
  return new PoisonRecordError('invalid-header', `Header "${name}" is not ${expected}`);
}
