import type { ReaderLogger } from '@madang/cdc';
import { Logger } from '@nestjs/common';

/** An engine's lines in Nest's logger, under its own name. */
export function readerLogger(name: string): ReaderLogger {
  const logger = new Logger(name);
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
