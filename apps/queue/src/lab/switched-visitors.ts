import { Switchboard } from '@madang/lab/nest';
import type { Place } from '@madang/waiting-room';
import { Inject, Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { VisitorsService } from '../visitors/visitors.service';
import { FORGET_AT_THE_EDGE } from './fixed-window.lua';

/** Places by a sliding window beside its naive counterpart, a counter for each window of the clock. */
@Injectable()
export class SwitchedVisitors extends VisitorsService {
  @Inject(Switchboard) private readonly switches!: Switchboard;
  @Inject(Redis) private readonly redis!: Redis;

  override async enter(room: string, ticket: string | undefined): Promise<Place> {
    await this.forgetAtTheEdge(room);
    return super.enter(room, ticket);
  }

  override async poll(room: string, ticket: string): Promise<Place> {
    await this.forgetAtTheEdge(room);
    return super.poll(room, ticket);
  }

  /** Where the room or Valkey is not there, the call itself says so. */
  private async forgetAtTheEdge(room: string): Promise<void> {
    if (this.switches.mode('admission') !== 'fixed-window') return;
    const settings = await this.rooms.room(room).settings().catch(() => undefined);
    if (settings) await this.redis.eval(FORGET_AT_THE_EDGE, 3, `{wr:${room}}:recent`, `{wr:${room}}:lab-window`, `{wr:${room}}:state`, settings.intervalMs * 1_000).catch(() => undefined);
  }
}
