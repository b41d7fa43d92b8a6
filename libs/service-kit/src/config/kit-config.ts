import { z } from 'zod';
import { httpUrl, integer, secret } from './fields';

/** What every service reads, besides its own configuration. */
export const kitConfig = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Loopback unless somebody asks for more: metrics and health answer without a token. */
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RATE_LIMIT_PER_SECOND: integer({ min: 1, max: 1_000_000 }).default(1_000),
  /**
   * A bound TCP socket that whoever started this process has opened for it: listen there instead of on the service's port.
   * Several processes may have the same one, so that one takes over from another without a gap. The first that is no
   * standard stream is 3.
   */
  LISTEN_FD: integer({ min: 3, max: 1_023 }).optional(),
  /** Opens the routes marked `@Admin()`; without it they answer 401 to everybody. */
  ADMIN_TOKEN: secret().optional(),
  /** Base URL of an OpenTelemetry collector that takes OTLP over HTTP; without it spans go nowhere. The name is OpenTelemetry's own. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
});

export type KitConfig = z.output<typeof kitConfig>;

/** Dependency-injection token of the {@link KitConfig}. */
export const KIT_CONFIG = Symbol('kit-config');
