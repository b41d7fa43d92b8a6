/** What a reader is doing. */
export type ReaderState =
  /** Not started, or on the way to the database (also: back to it). */
  | 'connecting'
  /** Another reader holds the slot; this one takes over when it is free. */
  | 'standby'
  | 'streaming'
  /** `run()` has resolved after its signal. */
  | 'stopped'
  /** `run()` has rejected; only a restart starts it again. */
  | 'halted';

/** A snapshot for metrics and readiness. Counters count since the reader was made; times are ms since 1970. */
export interface ReaderStats {
  readonly state: ReaderState;
  /** Empty until the first connection. */
  readonly database: string;
  readonly slot: string;
  readonly rowsPublished: number;
  readonly batchesPublished: number;
  /** Failed attempts to publish; each was followed by another. */
  readonly publishRetries: number;
  /** When the batch that is with the sink was handed in first, failed attempts included; null while there is none. */
  readonly publishingSince: number | null;
  /** When the batch that fails now failed first; null while publishing works. */
  readonly publishFailingSince: number | null;
  /** Times that an open stream broke off. */
  readonly connectionsLost: number;
  /** Rows and bytes in memory, the batch in flight included. */
  readonly bufferedRows: number;
  readonly bufferedBytes: number;
  /** The socket is paused because the sink is slower than the log. */
  readonly paused: boolean;
  readonly receivedLsn: bigint;
  readonly confirmedLsn: bigint;
  /** Log that the server keeps for the slot, in bytes; as of the last heartbeat; null before the first. */
  readonly lagBytes: number | null;
  /** `reserved`, `extended`, `unreserved` or `lost`; as of the last heartbeat. */
  readonly walStatus: string | null;
  /** Bytes until the slot is lost; null without `max_slot_wal_keep_size`. */
  readonly safeWalBytes: number | null;
  /** Seconds until the slot is lost at the present rate; null while the budget does not shrink. */
  readonly secondsToSlotLoss: number | null;
  /** When the last heartbeat came back through the log. Its age is the health of the whole read path. */
  readonly lastHeartbeatAt: number | null;
  /** From emitting that heartbeat to reading it from the log, in milliseconds. */
  readonly heartbeatRoundTripMs: number | null;
}

/** The same, as the reader fills it in. */
export type MutableReaderStats = { -readonly [Key in keyof ReaderStats]: ReaderStats[Key] };

export function emptyStats(slot: string): MutableReaderStats {
  return {
    state: 'connecting',
    database: '',
    slot,
    rowsPublished: 0,
    batchesPublished: 0,
    publishRetries: 0,
    publishingSince: null,
    publishFailingSince: null,
    connectionsLost: 0,
    bufferedRows: 0,
    bufferedBytes: 0,
    paused: false,
    receivedLsn: 0n,
    confirmedLsn: 0n,
    lagBytes: null,
    walStatus: null,
    safeWalBytes: null,
    secondsToSlotLoss: null,
    lastHeartbeatAt: null,
    heartbeatRoundTripMs: null,
  };
}
