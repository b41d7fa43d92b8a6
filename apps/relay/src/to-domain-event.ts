import { cloudEventHeaders, type EventCatalogue, type OutgoingRecord, PoisonRecordError } from '@madang/event-bus';
import type { RowAdded } from './row-added';

/**
 * The domain event that a row announces, addressed to the topic that the catalogue names.
 *
 * @throws PoisonRecordError if the catalogue does not have the type or version
 */
export function toDomainEvent({ after, source }: RowAdded, catalogue: EventCatalogue): OutgoingRecord {
  const versions = catalogue.versions(after.type);
  if (!versions) throw new PoisonRecordError('unknown-type', `No event "${after.type}" in the catalogue`);
  const definition = versions.get(after.schemaversion);
  if (!definition) {
    throw new PoisonRecordError('unknown-version', `"${after.type}" has no version ${after.schemaversion}`);
  }
  return {
    topic: definition.topic.name,
    key: after.aggregateid,
    value: after.payload,
    headers: cloudEventHeaders({
      id: after.id,
      type: after.type,
      schemaVersion: after.schemaversion,
      source: `/${source.db}`,
      aggregateId: after.aggregateid,
      aggregateVersion: after.aggregateversion,
      time: after.createdat,
    }),
  };
}
