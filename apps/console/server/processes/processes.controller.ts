import { Admin, NotFoundProblem, queryInteger } from '@madang/service-kit';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CONSOLE_CONFIG, type ConsoleConfig } from '../console.config';
import { lastLines } from './process-log';
import { Runner } from './runner';

const Name = z.string().regex(/^[\w:-]{1,64}$/);
const LogQuery = z.strictObject({ lines: queryInteger({ min: 1, max: 2_000 }).default(200) });

@ApiTags('processes')
@Admin()
@Controller('api/processes')
export class ProcessesController {
  constructor(
    private readonly runner: Runner,
    @Inject(CONSOLE_CONFIG) private readonly config: ConsoleConfig,
  ) {}

  @Get(':name/logs')
  @ApiOperation({ summary: 'The last lines of a process’s log' })
  async logs(@Param('name', { schema: Name }) name: string, @Query({ schema: LogQuery }) { lines }: z.output<typeof LogQuery>): Promise<{ lines: string[] }> {
    const processes = await this.runner.summary();
    const { CONSOLE_LOG_DIRECTORY: directory, CONSOLE_CONTAINERS: containers } = this.config;
    if (containers) throw new NotFoundProblem('log-not-found', { detail: `Logs are the engine's: docker compose logs -f ${name.replace(':', '-')}` });
    if (directory === undefined || !processes.some((process) => process.name === name)) throw new NotFoundProblem('process-not-found', { detail: 'There is no such process.' });
    return { lines: await lastLines(directory, name, lines) };
  }
}
