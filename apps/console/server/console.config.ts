import { labFields } from '@madang/lab/nest';
import { brokers, csv, namedPostgresUrls, port } from '@madang/service-kit';
import { z } from 'zod';
import { containedProcesses } from './processes/contained';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const named = () => csv().transform((list) => new Map(list.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])));

const settings = z.object({
  HOST: z.string().default('127.0.0.1'),
  CONSOLE_PORT: port(8100),
  KAFKA_BROKERS: brokers(),
  /** Where the runner's remote control is, and its token; without it there are no processes to be seen. */
  LAB_RUNNER_FILE: z.string().optional(),
  /** Superuser's, `primary` among them. */
  LAB_POSTGRES_URLS: namedPostgresUrls(),
  /** `member=http://127.0.0.1:8101`, several separated by commas. */
  LAB_SERVICE_URLS: named(),
  /** The same as a browser reaches them, `console` among them; where that is another address. */
  CONSOLE_PUBLIC_URLS: named().optional(),
  /** What runs, where everything is a container and no runner can tell. */
  CONSOLE_CONTAINERS: containedProcesses.optional(),
  /** Sandbox mode: without it nothing below `/lab` exists. */
  ...labFields,
  CONSOLE_LOG_DIRECTORY: z.string().optional(),
  /** Keeps the files of scenario runs, and what is broken just now. */
  CONSOLE_RUN_DIRECTORY: z.string().default('.sandbox/console/runs'),
  /** The page, built. */
  CONSOLE_PAGE_DIRECTORY: z.string().default('dist/apps/console/web'),
  ADMIN_TOKEN: z.string().min(1),
});

/**
 * Why it listens on loopback alone: whoever reaches it can stop everything, with the token, and see what it sees. A container's network is its own, and the file that publishes its port
 * does so on the loopback.
 */
export const consoleConfig = settings.refine(({ HOST, CONSOLE_CONTAINERS }) => LOOPBACK.has(HOST) || CONSOLE_CONTAINERS !== undefined, {
  path: ['HOST'],
  error: 'must be 127.0.0.1, ::1 or localhost: the console is for this machine alone',
});

export type ConsoleConfig = z.output<typeof consoleConfig>;

/** Where a browser finds the services, by their names. */
export function publicUrls({ CONSOLE_PUBLIC_URLS: elsewhere, LAB_SERVICE_URLS: here }: ConsoleConfig): ReadonlyMap<string, string> {
  if (elsewhere === undefined) return here;
  return new Map([...elsewhere].filter(([name]) => here.has(name)));
}

/** The port of the page's address: not where it listens, where a container's is published as another one. */
export function pagePort({ CONSOLE_PUBLIC_URLS: urls, CONSOLE_PORT: own }: ConsoleConfig): number {
  return Number(URL.parse(urls?.get('console') ?? '')?.port || own);
}

/** Dependency-injection token of the {@link ConsoleConfig}. */
export const CONSOLE_CONFIG = Symbol('console-config');
