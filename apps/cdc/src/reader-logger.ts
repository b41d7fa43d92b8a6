import type { ReaderLogger } from '@madang/cdc';
import { Logger } from '@nestjs/common';

/** A reader's news in the service's log, under its database's name. */
export function readerLogger(database: string): ReaderLogger {
  const logger = new Logger(`LogReader ${database}`);
  const fields = (msg: string, details: object = {}): object => {
    const { error, ...rest } = details as { error?: unknown };
    return error === undefined ? { msg, ...rest } : { msg, ...rest, err: error };
  };
  return {
    info: (message, details) => logger.log(fields(message, details)),
    warn: (message, details) => logger.warn(fields(message, details)),
    error: (message, details) => logger.error(fields(message, details)),
  };
}
