import { isTransientError } from '../transient-error';
import { DeskUnavailableError } from './desk-errors';

/** KafkaJS goes on trying for half a minute; whoever waits for an answer should hear sooner. */
const PATIENCE_MS = 5_000;

/**
 * Waits for Kafka, but not for long. What was begun goes on: its outcome is unknown then, and {@link Turns} keep others from it.
 *
 * @throws DeskUnavailableError if it takes too long or Kafka is away
 */
export async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeskUnavailableError(what)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    const isAway = isTransientError(error) || (error instanceof Error && error.name === 'TimeoutError');
    if (!isAway) throw error;
    throw new DeskUnavailableError(what, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
