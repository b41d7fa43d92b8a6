import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccessGuard } from './auth/access.guard';
import { KIT_CONFIG, type KitConfig } from './config/kit-config';
import { ProblemFilter } from './errors/problem.filter';
import { HealthController } from './health/health.controller';
import { HealthRegistry } from './health/health-registry';
import { RouteTable } from './http/route-table';
import { Ending } from './lifecycle/ending';
import { KIT_LOGGER } from './telemetry/logger';
import { MetricsController } from './telemetry/metrics.controller';
import { ProblemValidationPipe } from './validation/validation.pipe';

type Import = NonNullable<ModuleMetadata['imports']>[number];

/** The root module of every service: the guard, the filter, the pipe, health and metrics around the service's own. */
@Module({})
export class KitModule {
  static around(service: Import, config: KitConfig, logger: Logger, routes: RouteTable): DynamicModule {
    return {
      module: KitModule,
      global: true,
      imports: [service],
      controllers: [HealthController, MetricsController],
      providers: [
        HealthRegistry,
        Ending,
        { provide: RouteTable, useValue: routes },
        { provide: KIT_CONFIG, useValue: config },
        { provide: KIT_LOGGER, useValue: logger },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ProblemValidationPipe },
      ],
      exports: [HealthRegistry, Ending, RouteTable, KIT_LOGGER],
    };
  }
}
