import { Injectable, Logger } from '@nestjs/common';
import { FanOut } from '../socket/fan-out';
import { unavailable } from '../socket/failure';
import { ValkeyLinks } from '../socket/valkey-links';
import { GONE, HEARD, ONLINE } from './presence.script';

interface Connection {
  readonly memberId: string;
  readonly socketId: string;
}

/**
 * Who is there, as far as is known: a member is online in a room while one of their connections is heard. Kept in Valkey alone,
 * and forgotten with it; whoever beats is there again.
 */
@Injectable()
export class PresenceService {
  private readonly logger = new Logger(PresenceService.name);

  constructor(
    private readonly valkey: ValkeyLinks,
    private readonly fanOut: FanOut,
    private readonly ttlMs: number,
  ) {}

  /** A connection is heard in a room. Never rejects: without Valkey nobody comes or goes. */
  async heard(connection: Connection, roomIds: readonly string[]): Promise<void> {
    await this.each(roomIds, async (roomId) => {
      const [came, ...silent] = (await this.run(HEARD, roomId, connection)) as [number, ...string[]];
      if (came === 1) this.fanOut.tellPresence({ roomId, memberId: connection.memberId, online: true });
      for (const memberId of silent) this.fanOut.tellPresence({ roomId, memberId, online: false });
    });
  }

  /** A connection leaves. Never rejects. */
  async gone(connection: Connection, roomIds: readonly string[]): Promise<void> {
    await this.each(roomIds, async (roomId) => {
      if ((await this.run(GONE, roomId, connection)) === 1) this.fanOut.tellPresence({ roomId, memberId: connection.memberId, online: false });
    });
  }

  /** @throws {CallRefused} while Valkey is away */
  async online(roomId: string): Promise<string[]> {
    try {
      return (await this.run(ONLINE, roomId, { memberId: '', socketId: '' })) as string[];
    } catch (error) {
      this.logger.warn(`Who is online is not known: ${String(error)}`);
      throw unavailable('Who is online is not known right now.');
    }
  }

  private async each(roomIds: readonly string[], work: (roomId: string) => Promise<void>): Promise<void> {
    try {
      await Promise.all(roomIds.map(work));
    } catch (error) {
      this.logger.debug(`Presence is not kept: ${String(error)}`);
    }
  }

  private run(script: string, roomId: string, { memberId, socketId }: Connection): Promise<unknown> {
    // One slot a room, should there be a cluster.
    const room = `chat:presence:{${roomId}}`;
    return this.valkey.commands.eval(script, 2, room, `${room}:${memberId}`, memberId, socketId, this.ttlMs);
  }
}
