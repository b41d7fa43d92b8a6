import type { Fault, Switch, SwitchName, Text } from '@madang/lab';
import type { RecordItem, SpanItem } from './feed';

/** The console's HTTP surface beside the feed; everything under `/api` and `/lab` needs the token (`Authorization: Bearer`). */

/** `GET /api/topology`: what the map is drawn from, read from the running platform. */
export interface Topology {
  readonly nodes: readonly { readonly id: string; readonly kind: 'client' | 'service' | 'database' | 'replica' | 'topic' | 'valkey' | 'kafka'; readonly title: string; readonly process: string | null; readonly docs: string | null }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: 'http' | 'socket' | 'transaction' | 'log' | 'produce' | 'consume' | 'replication' }[];
}

/** `GET /api/traces/:traceId`: one event from its request to what could see it. */
export interface Timeline {
  readonly traceId: string;
  readonly steps: readonly TimelineStep[];
  readonly spans: readonly SpanItem[];
  readonly records: readonly RecordItem[];
}

export interface TimelineStep {
  readonly what: 'request' | 'commit' | 'row-added' | 'relayed' | 'delivered' | 'effect' | 'visible' | 'dead-letter' | 'retry';
  readonly where: string;
  readonly at: number;
  /** Since the first step. */
  readonly elapsedMs: number;
  readonly durationMs: number | null;
  /** LSN, topic/partition/offset, inbox row, replica's replay position, … */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** The real row or record, as JSON text. */
  readonly body: string | null;
}

/** `GET /api/records?topic=&filter=&limit=`: newest first, `{items: StoredRecord[]}`. */
export interface StoredRecord extends RecordItem {
  readonly headers: Readonly<Record<string, string>>;
  /** At most 16 KiB of it. */
  readonly value: string | null;
  readonly truncated: boolean;
}

/** `GET /api/topics` → `{items: TopicSummary[]}`. */
export interface TopicSummary {
  readonly name: string;
  readonly partitions: number;
  readonly messages: number;
  readonly role: RecordItem['role'] | 'internal';
}

/** `GET /api/processes/:name/logs?lines=` → `{lines: string[]}`; `GET /api/spans?limit=` → `{items: SpanItem[]}`, roots, newest first. */

/**
 * `ALL /api/services/:service/*` passes a call on to member, board, queue, chat, id, moderator or relay as it is, and its answer back, with
 * `x-target-url` (for "copy curl"). The console's own token is taken off; `X-Service-Authorization` goes on as `Authorization`, and
 * `X-Lab-Admin: 1` as the admin token of the platform, which the page never sees.
 */

/** `GET /lab` */
export interface Lab {
  readonly switches: readonly (Switch & { readonly mode: string })[];
  readonly faults: readonly Fault[];
  readonly active: readonly { readonly id: string; readonly name: string; readonly since: number; readonly revertsAt: number }[];
  /** `naive`: what it turns off when it is played naively, where the runner tells. */
  readonly scenarios: readonly { readonly name: string; readonly title: Text; readonly story: Text; readonly naive?: Readonly<Partial<Record<SwitchName, string>>>; readonly steps: readonly { readonly name: string; readonly title: Text }[]; readonly invariants: readonly { readonly name: string; readonly title: Text }[] }[];
}

/**
 * `PUT /lab/switches/:name {mode}` 200 · `POST /lab/faults {name}` 201 `{id, revertsAt}` · `DELETE /lab/faults/:id` 204 ·
 * `POST /lab/reset` 200: every switch to its pattern, every fault reverted · `PUT /lab/replicas/:name {delayMs}` 200 ·
 * `POST /lab/processes/:name/{start,stop,kill,pause,resume}` 200 ·
 * `POST /lab/runs {scenario, seed?, naive}` 202 `{run}` (its events come on the feed) · `GET /lab/runs/:run` its file (NDJSON of RunEvent).
 */
