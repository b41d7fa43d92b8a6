import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { collectDefaultMetrics, register } from 'prom-client';
import { Public } from '../auth/public.decorator';

/** Prometheus' text format: the process, every HTTP route, and whatever a service registers with prom-client. */
@ApiExcludeController()
@Public()
@Controller('metrics')
export class MetricsController {
  constructor() {
    // Once a process. The event-loop probe wakes the process up; five times a second is enough and keeps idle idle.
    if (register.getSingleMetric('process_cpu_user_seconds_total') === undefined) {
      collectDefaultMetrics({ eventLoopMonitoringPrecision: 200 });
    }
  }

  @Get()
  @Header('content-type', register.contentType)
  read(): Promise<string> {
    return register.metrics();
  }
}
