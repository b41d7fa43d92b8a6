import { z } from 'zod';

/** The part of Debezium's envelope that a timeline tells of. */
const rowAdded = z.object({
  source: z.object({ db: z.string(), lsn: z.number().nullish(), txId: z.number().nullish(), ts_us: z.number().nullish(), ts_ms: z.number() }),
  after: z.object({ id: z.string(), type: z.string(), traceparent: z.string().nullish() }),
  ts_ms: z.number().nullish(),
});

export interface RowAdded {
  readonly database: string;
  readonly eventId: string;
  readonly type: string;
  readonly traceparent: string | null;
  /** Of the row in the log, as PostgreSQL writes it: `0/1A2B3C`. */
  readonly lsn: string | null;
  readonly transactionId: number | null;
  readonly committedAt: number;
  /** When the reader had it out of the slot. */
  readonly readAt: number | null;
}

/** Undefined if it is none: whoever writes to a topic by hand is shown as they are. */
export function readRowAdded(value: string): RowAdded | undefined {
  const parsed = rowAdded.safeParse(parse(value));
  if (!parsed.success) return undefined;
  const { source, after, ts_ms: readAt } = parsed.data;
  return {
    database: source.db,
    eventId: after.id,
    type: after.type,
    traceparent: after.traceparent ?? null,
    lsn: typeof source.lsn !== 'number' ? null : formatLsn(BigInt(source.lsn)),
    transactionId: source.txId ?? null,
    committedAt: typeof source.ts_us !== 'number' ? source.ts_ms : source.ts_us / 1_000,
    readAt: readAt ?? null,
  };
}

export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
}

export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
