import { Admin } from '@madang/service-kit';
import { Body, Controller, Get, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Runs } from './runs.service';

const Play = z.strictObject({ scenario: z.string().regex(/^[\w-]{1,64}$/), seed: z.int().min(1).max(9_999_999_999).optional(), naive: z.boolean().default(false) });
const Run = z.string().regex(/^[\w-]{1,64}$/);

@ApiExcludeController()
@Admin()
@Controller('lab/runs')
export class RunsController {
  constructor(private readonly runs: Runs) {}

  @Post()
  @HttpCode(202)
  async play(@Body({ schema: Play }) play: z.output<typeof Play>): Promise<{ run: string }> {
    return { run: await this.runs.play(play) };
  }

  @Get(':run')
  @Header('cache-control', 'no-store')
  async file(@Param('run', { schema: Run }) run: string): Promise<StreamableFile> {
    return new StreamableFile(await this.runs.file(run), { type: 'application/x-ndjson', disposition: `attachment; filename="${run}.ndjson"` });
  }
}
