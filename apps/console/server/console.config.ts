import { labFields } from '@madang/lab/nest';
import { brokers, csv, namedPostgresUrls, port } from '@madang/service-kit';
import { z } from 'zod';

/** Why it listens on loopback alone: whoever reaches it can stop everything, with the token, and see what it sees. */
const LOOPBACK = z.enum(['127.0.0.1', '::1', 'localhost'], { error: 'must be 127.0.0.1, ::1 or localhost: the console is for this machine alone' });

export const consoleConfig = z.object({
  HOST: LOOPBACK.default('127.0.0.1'),
  CONSOLE_PORT: port(8100),
  KAFKA_BROKERS: brokers(),
  /** Where the runner's remote control is, and its token; without it there are no processes to be seen. */
  LAB_RUNNER_FILE: z.string().optional(),
  /** Superuser's, `primary` among them. */
  LAB_POSTGRES_URLS: namedPostgresUrls(),
  /** `member=http://127.0.0.1:8101`, several separated by commas. */
  LAB_SERVICE_URLS: csv().transform((list) => new Map(list.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))),
  /** Sandbox mode: without it nothing below `/lab` exists. */
  ...labFields,
  CONSOLE_LOG_DIRECTORY: z.string().optional(),
  /** Keeps the files of scenario runs, and what is broken just now. */
  CONSOLE_RUN_DIRECTORY: z.string().default('.sandbox/console/runs'),
  /** The page, built. */
  CONSOLE_PAGE_DIRECTORY: z.string().default('dist/apps/console/web'),
  ADMIN_TOKEN: z.string().min(1),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;

/** Dependency-injection token of the {@link ConsoleConfig}. */
export const CONSOLE_CONFIG = Symbol('console-config');
