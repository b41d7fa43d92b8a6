import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/public.decorator';
import { UnavailableProblem } from '../errors/problems';
import { Returns } from '../openapi/outcomes.decorator';
import { HealthRegistry } from './health-registry';

const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
type Health = z.output<typeof Health>;

/** Liveness: the process answers. Readiness: it can also do its work. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly registry: HealthRegistry) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @Returns(200, Health)
  live(): Health {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the service can do its work' })
  @Returns(200, Health)
  async ready(): Promise<Health> {
    const failing = await this.registry.failing();
    if (failing.length > 0) throw new UnavailableProblem('not-ready', { detail: `Failing: ${failing.join(', ')}` });
    return { status: 'ok' };
  }
}
