import { Injectable, Logger } from '@nestjs/common';
import { cutOffTotal } from '../chat.metrics';
import { ActiveMembers } from '../members/active-members';
import { type ChatServer, cutOff } from './chat-server';
import { leavesTooMuchUnread } from './unread';

const SLOW_EVERY_MS = 1_000;
const WITHDRAWN_EVERY_MS = 15_000;

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

/** They connect again, and read what they have missed from the database. */
function endSlow(io: ChatServer): void {
  for (const socket of io.sockets.sockets.values()) {
    if (!leavesTooMuchUnread(socket)) continue;
    cutOffTotal.inc({ reason: 'slow' });
    cutOff(socket);
  }
}
