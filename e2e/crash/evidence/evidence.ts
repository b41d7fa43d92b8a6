import type { History } from '../load/history.ts';

/** A committed row of an outbox. */
export interface OutboxEvent {
  readonly database: string;
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** A record of a row-added, a domain or a dead-letter topic. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly eventId: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** A row of the ledger, in the order of `seq`. */
export interface Effect {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly version: number;
}

export interface MemberRow {
  readonly id: string;
  readonly email: string | null;
  readonly version: number;
  readonly withdrawn: boolean;
}

export interface PostRow {
  readonly id: string;
  readonly authorId: string;
  readonly title: string | null;
  readonly version: number;
  readonly hidden: boolean;
}

/** A logical replication slot. */
export interface Slot {
  readonly name: string;
  readonly walStatus: string | null;
  readonly invalidated: string | null;
}

export interface Recovery {
  /** From the end of the faults until nothing lagged; null if that was not within the bound. */
  readonly drainMs: number | null;
  /** What did not come to rest, or to health, within the bound. */
  readonly complaint: string | null;
  readonly slots: readonly Slot[];
}

/** What is there in the end: all that the invariants look at. */
export interface Evidence {
  readonly history: History;
  readonly outbox: readonly OutboxEvent[];
  /** In the order of each partition. */
  readonly records: readonly TopicRecord[];
  /** By consumer. */
  readonly inboxes: ReadonlyMap<string, readonly string[]>;
  readonly effects: readonly Effect[];
  /** Effects that the ledger has counted, by aggregate. */
  readonly counters: ReadonlyMap<string, number>;
  readonly members: readonly MemberRow[];
  readonly posts: readonly PostRow[];
  /** Ids of the posts in `GET /posts`, and in `GET /posts/:id`. */
  readonly listed: ReadonlySet<string>;
  readonly readable: ReadonlySet<string>;
  readonly recovery: Recovery;
}

export const rowAddedTopic = (database: string): string => `cdc.${database}.public.outbox`;
export const domainTopic = (database: string): string => `${database}.events.v1`;
export const isDeadLetter = ({ topic }: TopicRecord): boolean => topic.endsWith('.dlq');
