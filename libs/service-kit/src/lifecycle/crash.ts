import type { Logger } from 'pino';

/** A process in an unknown state must not go on: the fault is logged and whoever supervises starts a new one. */
export function exitOnCrash(logger: Logger): void {
  const crash = (err: unknown, origin: string): void => {
    logger.fatal({ err, origin }, 'the process ends: nobody handled an error');
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', (reason) => crash(reason, 'unhandledRejection'));
}
