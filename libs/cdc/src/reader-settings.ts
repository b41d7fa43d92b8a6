import type { ReaderConnection } from './connection-config';
import { DEFAULT_LIMITS, type ReaderLimits } from './delivery/row-buffer';
import { type ReaderLogger, SILENT_LOGGER } from './reader-logger';
import type { RowSink } from './row-added';

/** What a {@link LogReader} needs, and what it takes where nothing is said. */
export interface LogReaderOptions {
  /** Of a role with REPLICATION and, for no more than the outbox, SELECT. Several servers: see {@link ReaderConnection}. */
  readonly connection: ReaderConnection;
  /** A logical slot of plugin pgoutput, made by {@link createSlot} when the database was provisioned. */
  readonly slot: string;
  /** Of the outbox table: `publish = 'insert'`, `publish_via_partition_root = true`. */
  readonly publication: string;
  /** The outbox table as `schema.table`, which the publication must name; default `public.outbox`. */
  readonly table?: string;
  readonly sink: RowSink;
  /** Time between heartbeats in milliseconds; default 10,000. */
  readonly heartbeatIntervalMs?: number;
  /**
   * How long one batch may fail before the reader halts, in milliseconds; default 900,000 (15 minutes). Until then a sink
   * that is away is asked again every second at most; the server keeps the log meanwhile.
   */
  readonly publishPatienceMs?: number;
  readonly limits?: Partial<ReaderLimits>;
  readonly logger?: ReaderLogger;
}

export type ReaderSettings = Omit<Required<LogReaderOptions>, 'limits'> & { readonly limits: ReaderLimits };

/** @throws RangeError for a bound that would stop the reader from moving. */
export function settingsOf(options: LogReaderOptions): ReaderSettings {
  const settings: ReaderSettings = {
    table: 'public.outbox',
    heartbeatIntervalMs: 10_000,
    publishPatienceMs: 15 * 60_000,
    logger: SILENT_LOGGER,
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
  for (const [name, value] of Object.entries({ heartbeatIntervalMs: settings.heartbeatIntervalMs, ...settings.limits })) {
    if (!(value >= 1)) throw new RangeError(`${name} must be at least 1, not ${value}.`);
  }
  return settings;
}
