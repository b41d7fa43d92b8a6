import { createHash } from 'node:crypto';

/** 52 bits: what of the hash is used, as the script's numbers hold it exactly. */
const HEX_DIGITS = 13;

/**
 * The place that a visitor who came before the opening has drawn, if nobody else had drawn the same: then the next one that was free. Anybody can check it, once the
 * seed is published. `from` and `to`, in microseconds: see `RoomStatus`.
 */
export function drawnTicket(seed: string, visitor: string, from: number, to: number): number {
  const digits = createHash('sha1').update(`${seed}:${visitor}`).digest('hex').slice(0, HEX_DIGITS);
  return from + Math.floor((Number.parseInt(digits, 16) / 16 ** HEX_DIGITS) * (to - from));
}
