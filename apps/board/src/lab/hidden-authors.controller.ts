import { LabController } from '@madang/lab/nest';
import { uuid } from '@madang/service-kit';
import { Body, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { SwitchedHiding } from './switched-hiding';

const HiddenAuthor = z.strictObject({ memberId: uuid() });

/** `POST /lab/hidden-authors {memberId}`: what the member service calls where there is no outbox. */
@LabController()
export class HiddenAuthorsController {
  constructor(private readonly hiding: SwitchedHiding) {}

  @Post('hidden-authors')
  @HttpCode(204)
  async hide(@Body({ schema: HiddenAuthor }) { memberId }: z.output<typeof HiddenAuthor>): Promise<void> {
    await this.hiding.hideAuthors([memberId]);
  }
}
