/** A record as it was read. A null value is a tombstone. Offsets are decimal strings, as they exceed 2^53. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** A record to be written. Records of one key stay in order. */
export interface OutgoingRecord {
  readonly topic: string;
  /** That of the key unless stated: only what goes back to where it came from states it. */
  readonly partition?: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Record<string, Buffer | string>;
}
