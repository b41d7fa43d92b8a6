import type { KafkaRecord, OutgoingRecord } from '../kafka-record';
import type { TopicDefinition } from '../event-definition';

/** The audit trail: one partition, so that it has one order; kept for ever, since a letter's state follows from it. */
export const auditTopic: TopicDefinition = { name: 'dead-letters.audit.v1', partitions: 1, retentionMs: -1 };

/** `replay-requested` is durable before the record is published again, `replayed` is written after. */
export const AUDIT_ACTIONS = ['replay-requested', 'replayed', 'discarded'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  readonly letter: string;
  readonly action: AuditAction;
  /** Who asked for it, in their own words: the admin token is everybody's. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** Shared by all entries of one request. */
  readonly operation: string;
  readonly reason: string | null;
}

/** An entry with its place in the audit trail. */
export interface RecordedAuditEntry extends AuditEntry {
  readonly offset: string;
}

export function toAuditRecord(entry: AuditEntry): OutgoingRecord {
  return { topic: auditTopic.name, key: entry.letter, value: JSON.stringify(entry), headers: { 'content-type': 'application/json' } };
}

/** The entry of a record; undefined if it is none, which only somebody else can have written. */
export function readAuditEntry({ value, offset }: KafkaRecord): RecordedAuditEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value?.toString('utf8') ?? 'null');
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { letter, action, by, at, operation, reason } = json as Record<string, unknown>;
  const known = AUDIT_ACTIONS.find((name) => name === action);
  if (known === undefined || typeof letter !== 'string' || typeof by !== 'string') return undefined;
  if (typeof at !== 'string' || typeof operation !== 'string') return undefined;
  return { letter, action: known, by, at, operation, reason: typeof reason === 'string' ? reason : null, offset };
}
