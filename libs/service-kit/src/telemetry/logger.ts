import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import { serializeError } from './serialize-error';

/** Dependency-injection token of the service's pino logger. */
export const KIT_LOGGER = Symbol('kit-logger');

const SECRETS = ['authorization', 'cookie', 'set-cookie', 'password', 'email', 'accessToken', 'token', 'secret', 'pass'];
/** Nest names every module and route it starts; worth a line only while debugging. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** JSON lines with the trace id of the active span; secrets and personal data are masked as a last line of defence. */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      redact: { paths: SECRETS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]), censor: '[redacted]' },
      mixin: () => {
        const traceId = trace.getActiveSpan()?.spanContext().traceId;
        return traceId === undefined ? {} : { traceId };
      },
    },
    // Synchronous: a line written right before a crash is the one that is needed.
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** Sends Nest's own logger (`new Logger('Context')`) to pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('info', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);

  /** Nest passes the context last, and for errors a stack before it. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = level === 'error' ? rest.find((value) => typeof value === 'string' && value.includes('\n    at ')) : undefined;
    const fields = { context, ...(stack === undefined ? {} : { stack }) };
    const at = level === 'info' && typeof context === 'string' && CHATTY.has(context) ? 'debug' : level;
    if (message instanceof Error) this.logger[at]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[at]({ ...fields, ...message });
    else this.logger[at](fields, String(message));
  }
}
