const MESSAGE_BYTES = 34;
const STATUS_UPDATE = 0x72; // 'r'

/** Milliseconds from 1970 to 2000-01-01, where PostgreSQL's clock starts. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/**
 * The standby status update: tells the server what was received and what it may forget, and that the reader is alive.
 *
 * @param receivedLsn the last position read.
 * @param confirmedLsn everything before it is durable in the sink.
 * @param replyRequested asks for a keepalive at once, to see whether the server is still there.
 * @see https://www.postgresql.org/docs/18/protocol-replication.html
 */
export function encodeStatusUpdate(
  receivedLsn: bigint,
  confirmedLsn: bigint,
  nowMs: number,
  replyRequested: boolean,
): Buffer {
  const bytes = Buffer.allocUnsafe(MESSAGE_BYTES);
  bytes[0] = STATUS_UPDATE;
  bytes.writeBigUInt64BE(receivedLsn, 1); // written
  bytes.writeBigUInt64BE(confirmedLsn, 9); // flushed: the only one a logical slot acts on
  bytes.writeBigUInt64BE(confirmedLsn, 17); // applied
  bytes.writeBigInt64BE(BigInt(nowMs - POSTGRES_EPOCH_MS) * 1000n, 25);
  bytes[33] = replyRequested ? 1 : 0;
  return bytes;
}
