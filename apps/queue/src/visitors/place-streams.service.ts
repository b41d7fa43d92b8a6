import { Ending, TooManyRequestsProblem, UnavailableProblem } from '@madang/service-kit';
import { RoomClock, WaitingRooms } from '@madang/waiting-room';
import { Injectable, Logger } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { PlaceStream } from './place-stream';
import { VisitorsService } from './visitors.service';

interface Listened {
  readonly clock: RoomClock;
  readonly streams: Set<PlaceStream>;
}

/** Open event streams, and a clock for each room that has one. */
@Injectable()
export class PlaceStreams {
  private readonly logger = new Logger(PlaceStreams.name);
  private readonly rooms = new Map<string, Listened>();
  private open = 0;
  /** By the client's address. */
  private readonly openOf = new Map<string, number>();

  constructor(
    private readonly waitingRooms: WaitingRooms,
    private readonly visitors: VisitorsService,
    private readonly ending: Ending,
    private readonly most: number,
    private readonly mostOfOne: number,
  ) {
    // Whoever listened connects again, to the process that has taken over.
    ending.signal.addEventListener('abort', () => {
      for (const { streams } of this.rooms.values()) for (const stream of streams) stream.end();
    });
  }

  async listen(room: string, ticket: string, client: string): Promise<Readable> {
    const ask = { detail: `There are as many event streams as there may be. Ask GET /waiting-rooms/${room}/visitors/me instead.`, retryAfterSeconds: 5 };
    if (this.open >= this.most) throw new UnavailableProblem('too-many-streams', ask);
    if ((this.openOf.get(client) ?? 0) >= this.mostOfOne) throw new TooManyRequestsProblem('too-many-streams', ask);
    this.count(client, 1);
    try {
      const first = await this.visitors.poll(room, ticket);
      const { graceMs } = await this.waitingRooms.room(room).settings();
      const stream = new PlaceStream(first, () => this.visitors.poll(room, ticket), graceMs);
      stream.readable.once('close', () => this.count(client, -1));
      this.add(room, stream);
      return stream.readable;
    } catch (error) {
      this.count(client, -1);
      throw error;
    }
  }

  private count(client: string, change: 1 | -1): void {
    this.open += change;
    const open = (this.openOf.get(client) ?? 0) + change;
    if (open === 0) this.openOf.delete(client);
    else this.openOf.set(client, open);
  }

  private add(room: string, stream: PlaceStream): void {
    const listened = this.rooms.get(room) ?? { clock: this.clockOf(room), streams: new Set<PlaceStream>() };
    this.rooms.set(room, listened);
    listened.streams.add(stream);
    stream.readable.once('close', () => {
      listened.streams.delete(stream);
      if (listened.streams.size > 0) return;
      this.rooms.delete(room);
      void listened.clock.stop();
    });
    if (this.ending.signal.aborted) stream.end(); // the client comes again, over another connection
  }

  private clockOf(room: string): RoomClock {
    return new RoomClock(
      this.waitingRooms.room(room),
      ({ admitted }) => {
        if (admitted > 0) for (const stream of this.rooms.get(room)?.streams ?? []) void stream.onAdvance();
      },
      (error) => this.logger.debug(`${room} does not advance: ${String(error)}`),
    );
  }
}
