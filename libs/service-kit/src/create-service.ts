import 'reflect-metadata';
import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { kitConfig, type KitConfig } from './config/kit-config';
import { loadConfigs } from './config/load-config';
import { createAdapter } from './http/fastify-adapter';
import { acceptJsonOnly } from './http/json-only';
import { nameProcess } from './http/name-process';
import { limitRate } from './http/rate-limit';
import { RouteTable } from './http/route-table';
import { addSecurityHeaders } from './http/security-headers';
import { KitModule } from './kit.module';
import { type About, serveDocs } from './openapi/serve-docs';
import { createLogger, NestLogger } from './telemetry/logger';
import { exportTraces } from './telemetry/export-traces';
import { measureRequests } from './telemetry/measure-requests';
import { startTracing } from './telemetry/start-tracing';
import { traceRequests } from './telemetry/trace-requests';

type Import = NonNullable<ModuleMetadata['imports']>[number];

/** What a service is, besides the kit. */
export interface ServiceOptions<S extends z.ZodObject> extends About {
  /** Short name, for logs. */
  readonly name: string;
  /** The environment variables of the service. */
  readonly config: S;
  readonly module: (config: z.output<S>) => Import;
  readonly port: (config: z.output<S>) => number;
  /** Runs before the service listens: `connectMicroservice` and `startAllMicroservices`. */
  readonly connect?: (app: NestFastifyApplication, config: z.output<S>) => Promise<unknown>;
}

/** A service that does not listen yet. */
export interface Service<C> {
  readonly app: NestFastifyApplication;
  readonly config: C;
  readonly kit: KitConfig;
  readonly logger: Logger;
}

/**
 * Builds a service without listening, for tests: `await app.init()`, then `app.inject(…)`.
 *
 * @throws {ConfigError} if the environment does not describe the service
 */
export async function createService<S extends z.ZodObject>(
  options: ServiceOptions<S>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Service<z.output<S>>> {
  const [kit, config] = loadConfigs(kitConfig, options.config, env);
  const logger = createLogger(options.name, kit.LOG_LEVEL);
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = kit;
  startTracing(collector === undefined ? undefined : exportTraces(options.name, collector));
  const adapter = createAdapter();
  const routes = new RouteTable();
  await prepare(adapter.getInstance(), routes, kit, logger);
  const root = KitModule.around(options.module(config), kit, logger, routes);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    // Throw instead of ending the process, so that the reason is logged and tests survive it.
    abortOnError: false,
    // Fastify's own parser: one format, one limit.
    bodyParser: false,
  });
  serveDocs(app, options);
  return { app, config, kit, logger };
}

/** Hooks run in this order, and must be there before Nest registers the first route. */
async function prepare(instance: FastifyInstance, routes: RouteTable, kit: KitConfig, logger: Logger): Promise<void> {
  routes.watch(instance);
  acceptJsonOnly(instance);
  addSecurityHeaders(instance);
  if (kit.LISTEN_FD !== undefined) nameProcess(instance);
  traceRequests(instance);
  measureRequests(instance, logger);
  await limitRate(instance, kit.RATE_LIMIT_PER_SECOND);
}
