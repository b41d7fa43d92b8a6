import { Fails, Public, Returns, UnavailableProblem } from '@madang/service-kit';
import { published, RoomStore, UnknownRoomError } from '@madang/waiting-room';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RoomName } from '../rooms/room.contract';
import { asProblem } from '../rooms/room-problem';
import { AdmissionLog, AdmissionQuery } from './admission.contract';
import { LogHeadSigner } from './log-head-signer';

/** Anybody may read, at any rate: the store's other connections are for who waits. */
const MOST_READING = 3;

@ApiTags('admissions')
@Public()
@Controller('waiting-rooms/:room/admissions')
export class ReadAdmissionsController {
  private reading = 0;

  constructor(
    private readonly store: RoomStore,
    private readonly signer: LogHeadSigner,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The log of admissions, which anybody can verify: AdmissionsVerifier of @madang/waiting-room, or npm run verify-admissions' })
  @Returns(200, AdmissionLog)
  @Fails(404, 'There is no such waiting room')
  @Fails(503, 'As many read the log as may at once')
  read(@Param('room', { schema: RoomName }) room: string, @Query({ schema: AdmissionQuery }) query: AdmissionQuery): Promise<AdmissionLog> {
    return asProblem(this.inTurn(() => this.page(room, query)));
  }

  private async inTurn<T>(read: () => Promise<T>): Promise<T> {
    if (this.reading >= MOST_READING) throw new UnavailableProblem('too-many-readers', { detail: `The log is read by ${MOST_READING} at once already. Try again shortly.`, retryAfterSeconds: 1 });
    this.reading += 1;
    try {
      return await read();
    } finally {
      this.reading -= 1;
    }
  }

  private async page(room: string, { after, limit }: AdmissionQuery): Promise<AdmissionLog> {
    if (!(await this.store.settings(room))) throw new UnknownRoomError(room);
    const items = await this.store.after(room, after, limit);
    const { seq, hash } = await this.store.end(room, 1);
    return { items: items.map(published), head: await this.signer.sign({ room, seq, hash }) };
  }
}
