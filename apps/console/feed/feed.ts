import type { RunEvent } from '@madang/lab';

/**
 * What the console's server tells its page, on one stream: `GET /api/feed`, `text/event-stream`, read with `fetch` so that it carries
 * the token. An event `batch` every 50 ms at most holds a JSON array of these. A page that is too slow is told how many it has missed.
 * Times are milliseconds since 1970 (with fractions where they are known).
 */
export type FeedItem = RecordItem | SpanItem | ReadItem | LagItem | ConsumerLagItem | ProcessItem | RoomItem | AdmissionItem | LabItem | RunItem | MissedItem;

/** A record that really is on a topic, as the server read it there. */
export interface RecordItem {
  readonly kind: 'record';
  readonly role: 'row-added' | 'domain-event' | 'command' | 'dead-letter' | 'audit';
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly at: number;
  /** When the server had read it. */
  readonly seenAt: number;
  readonly key: string | null;
  /** The outbox id: the same on every hop. */
  readonly eventId: string | null;
  readonly type: string | null;
  readonly traceId: string | null;
  /** That event id had been seen on that topic before. */
  readonly duplicate: boolean;
}

/** A span that a service has ended. */
export interface SpanItem {
  readonly kind: 'span';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly name: string;
  readonly spanKind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly at: number;
  readonly durationMs: number;
  readonly error: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A read that libs/replicas has routed. */
export interface ReadItem {
  readonly kind: 'read';
  readonly at: number;
  readonly service: string;
  readonly target: string;
  readonly level: string;
  readonly reason: string;
  readonly waitedMs: number;
  readonly traceId: string | null;
  /** It went back in time: read by a naive switch, or a bug. */
  readonly anomaly: boolean;
}

/** Twice a second and standby. */
export interface LagItem {
  readonly kind: 'lag';
  readonly at: number;
  readonly node: string;
  readonly bytes: number | null;
  readonly ms: number | null;
  readonly paused: boolean;
  readonly delayMs: number;
}

/** Once a second, group and topic. */
export interface ConsumerLagItem {
  readonly kind: 'consumer-lag';
  readonly at: number;
  readonly group: string;
  readonly topic: string;
  readonly messages: number;
  readonly seconds: number | null;
}

/** On a change of state, and every other second. */
export interface ProcessItem {
  readonly kind: 'process';
  readonly at: number;
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
  readonly restarts: number;
  readonly memoryBytes: number | null;
  readonly cpu: number | null;
  readonly page: string | null;
}

/** Of a waiting room, whenever it has changed while somebody looks, and every other second. */
export interface RoomItem {
  readonly kind: 'room';
  readonly at: number;
  readonly room: string;
  readonly waiting: number;
  readonly admitted: number;
  readonly limit: number;
  readonly intervalMs: number;
  readonly mode: string;
}

export interface AdmissionItem {
  readonly kind: 'admission';
  readonly room: string;
  readonly admittedAt: number;
  readonly number: number;
}

/** A switch was turned, a fault began or ended. */
export interface LabItem {
  readonly kind: 'lab';
  readonly at: number;
  readonly switches: Readonly<Record<string, string>>;
  readonly faults: readonly { readonly id: string; readonly name: string; readonly since: number; readonly revertsAt: number }[];
}

export interface RunItem {
  readonly kind: 'run';
  readonly event: RunEvent;
}

/** This page did not keep up: so many items were left out. */
export interface MissedItem {
  readonly kind: 'missed';
  readonly count: number;
}
