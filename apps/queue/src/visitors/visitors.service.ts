import { type Place, WaitingRooms } from '@madang/waiting-room';
import { Injectable } from '@nestjs/common';
import { asProblem } from '../rooms/room-problem';
import { uncountedTotal } from '../rooms/room.metrics';

/** Places of visitors, for the API and for the pages. */
@Injectable()
export class VisitorsService {
  constructor(protected readonly rooms: WaitingRooms) {}

  enter(room: string, ticket: string | undefined): Promise<Place> {
    return this.counted(room, this.rooms.enter(room, { ticket }));
  }

  poll(room: string, ticket: string): Promise<Place> {
    return this.counted(room, this.rooms.poll(room, ticket));
  }

  leave(room: string, ticket: string): Promise<void> {
    return asProblem(this.rooms.leave(room, ticket));
  }

  private async counted(room: string, call: Promise<Place>): Promise<Place> {
    const place = await asProblem(call);
    if (place.ticket === undefined) uncountedTotal.inc({ room });
    return place;
  }
}
