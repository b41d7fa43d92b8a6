import { Injectable, Logger } from '@nestjs/common';
import { cutOffTotal } from '../chat.metrics';
import { ActiveMembers } from '../members/active-members';
import { type ChatServer, type ChatSocket, cutOff } from './chat-server';

const SLOW_EVERY_MS = 1_000;
const WITHDRAWN_EVERY_MS = 15_000;
/** What a client may leave unread, in packets and, of those that are on their way already, bytes. */
const MOST_UNREAD_PACKETS = 1_000;
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Looks at the node's sockets now and then, and ends those that must not stay. */
@Injectable()
export class SocketSweep {
  private readonly logger = new Logger(SocketSweep.name);
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly members: ActiveMembers) {}

  start(io: ChatServer): void {
    this.timers = [
      setInterval(() => endSlow(io), SLOW_EVERY_MS),
      setInterval(() => void this.endWithdrawn(io), WITHDRAWN_EVERY_MS),
    ];
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }

  /** The order to disconnect them goes through Redis, and may be lost. */
  async endWithdrawn(io: ChatServer): Promise<void> {
    const sockets = [...io.sockets.sockets.values()];
    if (sockets.length === 0) return;
    try {
      const withdrawn = new Set(await this.members.withdrawnOf([...new Set(sockets.map(({ data }) => data.memberId))]));
      for (const socket of sockets) {
        if (!withdrawn.has(socket.data.memberId)) continue;
        cutOffTotal.inc({ reason: 'withdrawn' });
        socket.disconnect(true);
      }
    } catch (error) {
      this.logger.warn(`Who has withdrawn is not known: ${String(error)}`);
    }
  }
}

/** Whoever does not read fills our memory. They connect again, and read what they have missed from the database. */
function endSlow(io: ChatServer): void {
  for (const socket of io.sockets.sockets.values()) {
    if (unreadPackets(socket) <= MOST_UNREAD_PACKETS && socket.conn.request.socket.writableLength <= MOST_UNREAD_BYTES) continue;
    cutOffTotal.inc({ reason: 'slow' });
    cutOff(socket);
  }
}

/** Engine.io has no public name for it. */
function unreadPackets({ conn }: ChatSocket): number {
  return (conn as unknown as { readonly writeBuffer: readonly unknown[] }).writeBuffer.length;
}
