import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A Kafka topic that is made explicitly, with a stated number of partitions. */
export interface TopicDefinition {
  readonly name: string;
  /** The number of consumers of one group that can share the work. Changing it moves keys to other partitions. */
  readonly partitions: number;
  /** The largest batch that the broker takes, in bytes; the broker's default (1 MiB) unless stated. */
  readonly maxMessageBytes?: number;
  /** How long records are kept, in ms; -1 for ever; the broker's default unless stated. */
  readonly retentionMs?: number;
  /** After how long a segment is closed, in ms: retention takes whole ones only; the broker's default unless stated. */
  readonly segmentMs?: number;
}

/** What a catalogue says of one version of an event or command. */
export interface EventDefinition<TType extends string = string, TPayload = unknown> {
  /** Past tense for events (`member.withdrawn`), imperative for commands. */
  readonly type: TType;
  /** Version of the payload, from 1. */
  readonly version: number;
  /** Kind of aggregate whose id is the message key. */
  readonly aggregateType: string;
  readonly topic: TopicDefinition;
  /** Any Standard Schema, for example a Zod object. */
  readonly schema: StandardSchemaV1<unknown, TPayload>;
}
