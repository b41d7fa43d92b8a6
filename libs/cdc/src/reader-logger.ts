/** Where the reader tells what happens; the shape of most loggers. Rows and their contents are never logged. */
export interface ReaderLogger {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** For readers without a logger. */
export const SILENT_LOGGER: ReaderLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
