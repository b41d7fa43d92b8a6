import { BadRequestProblem, NotFoundProblem } from '@madang/service-kit';
import { Body, Get, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { LabController } from './lab-controller.decorator';
import { Switchboard } from './switchboard';

const Turn = z.strictObject({ mode: z.string() });
const Told = z.strictObject({ value: z.int().min(0) });

/** `GET /lab/switches` · `PUT /lab/switches/:name {mode}` · `PUT /lab/faults/:name {value}`; each answers what holds now. */
@LabController()
export class SwitchboardController {
  constructor(private readonly board: Switchboard) {}

  @Get('switches')
  read(): Switchboard['state'] {
    return this.board.state;
  }

  @Put('switches/:name')
  turn(@Param('name') name: string, @Body({ schema: Turn }) { mode }: z.output<typeof Turn>): Switchboard['state'] {
    const modes = this.board.modesOf(name);
    if (!modes) throw new NotFoundProblem('unknown-switch', { detail: `This service has no switch "${name}".` });
    if (!modes.includes(mode)) throw new BadRequestProblem('unknown-mode', { detail: `${name} has the modes ${modes.join(', ')}.` });
    this.board.turn(name, mode);
    return this.board.state;
  }

  @Put('faults/:name')
  tell(@Param('name') name: string, @Body({ schema: Told }) { value }: z.output<typeof Told>): Switchboard['state'] {
    if (!this.board.tell(name, value)) throw new NotFoundProblem('unknown-fault', { detail: `This service cannot be told to "${name}".` });
    return this.board.state;
  }
}
