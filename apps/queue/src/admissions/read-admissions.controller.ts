import { Fails, Public, Returns } from '@madang/service-kit';
import { published, RoomStore, UnknownRoomError } from '@madang/waiting-room';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RoomName } from '../rooms/room.contract';
import { asProblem } from '../rooms/room-problem';
import { AdmissionLog, AdmissionQuery } from './admission.contract';
import { LogHeadSigner } from './log-head-signer';

@ApiTags('admissions')
@Public()
@Controller('waiting-rooms/:room/admissions')
export class ReadAdmissionsController {
  constructor(
    private readonly store: RoomStore,
    private readonly signer: LogHeadSigner,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The log of admissions, which anybody can verify: AdmissionsVerifier of @madang/waiting-room, or npm run verify-admissions' })
  @Returns(200, AdmissionLog)
  @Fails(404, 'There is no such waiting room')
  read(@Param('room', { schema: RoomName }) room: string, @Query({ schema: AdmissionQuery }) query: AdmissionQuery): Promise<AdmissionLog> {
    return asProblem(this.page(room, query));
  }

  private async page(room: string, { after, limit }: AdmissionQuery): Promise<AdmissionLog> {
    if (!(await this.store.settings(room))) throw new UnknownRoomError(room);
    const items = await this.store.after(room, after, limit);
    const { seq, hash } = await this.store.end(room, 1);
    return { items: items.map(published), head: await this.signer.sign({ room, seq, hash }) };
  }
}
