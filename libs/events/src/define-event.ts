import type { EventDefinition, TopicDefinition } from '@madang/event-bus';
import type { OutboxMessage } from '@madang/outbox';
import { z } from 'zod';

interface Occurrence<TPayload> {
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly payload: TPayload;
  /** Default: the trace that is active when it is published. */
  readonly traceparent?: string | undefined;
}

/** An event of the catalogue, which also makes its own outbox messages. */
export interface CatalogueEvent<TType extends string, TPayload extends object> extends EventDefinition<TType, TPayload> {
  readonly schema: z.ZodType<TPayload>;
  /** An occurrence of the event, ready for `outbox.publish`. Throws a ZodError on a payload that breaks the schema. */
  occurred(occurrence: Occurrence<TPayload>): OutboxMessage;
}

/** Defines version `version` of an event; a change that old readers cannot take is a new version beside it. */
export function defineEvent<TType extends string, TPayload extends object>(definition: {
  readonly type: TType;
  readonly version: number;
  readonly aggregateType: string;
  readonly topic: TopicDefinition;
  readonly schema: z.ZodType<TPayload>;
}): CatalogueEvent<TType, TPayload> {
  return {
    ...definition,
    occurred: ({ aggregateId, aggregateVersion, payload, traceparent }) => ({
      aggregateType: definition.aggregateType,
      aggregateId,
      aggregateVersion,
      type: definition.type,
      schemaVersion: definition.version,
      payload: definition.schema.parse(payload),
      ...(traceparent === undefined ? {} : { traceparent }),
    }),
  };
}
