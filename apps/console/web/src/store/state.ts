import type { AdmissionItem, ConsumerLagItem, LabItem, LagItem, ProcessItem, ReadItem, RecordItem, RoomItem, SpanItem } from '../../../feed/feed';
import type { Run } from './runs';

/** How much the page remembers, whatever comes: an hour of traffic takes what a minute takes. */
export const MOST = {
  records: 600,
  spans: 400,
  reads: 1_200,
  admissions: 600,
  /** Two minutes at two a second. */
  lag: 240,
  consumerLag: 120,
  rooms: 240,
  runs: 12,
  /** Groups and topics, levels and targets, standbys, processes. */
  keys: 64,
} as const;

/** What became of the reads of one level. */
export interface ReadTally {
  readonly reads: number;
  readonly anomalies: number;
}

export interface ConsoleState {
  readonly records: readonly RecordItem[];
  /** Without those of a service's insides: requests, deliveries, and what was sent. */
  readonly spans: readonly SpanItem[];
  readonly reads: readonly ReadItem[];
  readonly readsByLevel: Readonly<Record<string, ReadTally>>;
  readonly lag: Readonly<Record<string, readonly LagItem[]>>;
  /** By `group topic`. */
  readonly consumerLag: Readonly<Record<string, readonly ConsumerLagItem[]>>;
  readonly processes: Readonly<Record<string, ProcessItem>>;
  readonly rooms: Readonly<Record<string, readonly RoomItem[]>>;
  readonly admissions: readonly AdmissionItem[];
  readonly lab: LabItem | null;
  readonly runs: Readonly<Record<string, Run>>;
  readonly totals: { readonly records: number; readonly duplicates: number; readonly deadLetters: number; readonly missed: number };
}

export const EMPTY: ConsoleState = {
  records: [],
  spans: [],
  reads: [],
  readsByLevel: {},
  lag: {},
  consumerLag: {},
  processes: {},
  rooms: {},
  admissions: [],
  lab: null,
  runs: {},
  totals: { records: 0, duplicates: 0, deadLetters: 0, missed: 0 },
};
