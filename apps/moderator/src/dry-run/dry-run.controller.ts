import { Admin, Fails, Returns } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { assertCompiles } from '../rules/assert-compiles';
import { DryRun, DryRunReport } from './dry-run.contract';
import { DryRunService } from './dry-run.service';

@ApiTags('rules')
@Admin()
@Controller('keyword-rules/dry-run')
export class DryRunController {
  constructor(private readonly dryRuns: DryRunService) {}

  @Post()
  @ApiOperation({ summary: 'Try a rule on what was said in the last days: nobody is told, nothing is kept' })
  @Returns(200, DryRunReport)
  @Fails(409, 'Another dry run goes on')
  run(@Body({ schema: DryRun }) request: DryRun): Promise<DryRunReport> {
    assertCompiles([request.rule], () => 'rule.');
    return this.dryRuns.run(request);
  }
}
