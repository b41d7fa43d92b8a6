import { Logger } from '@nestjs/common';
import { remedyOf } from './remedy';

const logger = new Logger('cdc');

/**
 * Runs one database's engine until the signal; never rejects. One that halts ends the process: its supervisor starts it again, and says so if that
 * does not help.
 */
export async function untilHalted(
  database: string,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  onFatal: (error: Error) => void,
): Promise<void> {
  try {
    await run(signal);
  } catch (error) {
    if (signal.aborted) return;
    const remedy = remedyOf(database, error);
    if (remedy) logger.error(remedy);
    onFatal(error instanceof Error ? error : new Error(String(error)));
  }
}
