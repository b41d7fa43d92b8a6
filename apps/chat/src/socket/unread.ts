import { MOST_TAIL_BYTES } from '../messages/read-history.service';
import type { ChatSocket } from './chat-server';

/** Calls of a socket that wait for their answers. */
export const MOST_IN_FLIGHT = 32;
/** What a client may leave unread. All that it may ask for at once is not too much. */
const MOST_UNREAD_PACKETS = 1_000;
const MOST_UNREAD_BYTES = MOST_IN_FLIGHT * MOST_TAIL_BYTES;

/** Engine.io has no public name for what it keeps back until the packets before are gone. */
interface Queueing {
  readonly writeBuffer: readonly { readonly data?: string | Uint8Array }[];
}

/** Whoever does not read fills our memory. Packets that wait, and bytes that are on their way already, count. */
export function leavesTooMuchUnread({ conn }: ChatSocket): boolean {
  const { writeBuffer } = conn as unknown as Queueing;
  if (writeBuffer.length > MOST_UNREAD_PACKETS) return true;
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (data === undefined ? 0 : Buffer.byteLength(data)), 0);
  return waiting + conn.request.socket.writableLength > MOST_UNREAD_BYTES;
}
