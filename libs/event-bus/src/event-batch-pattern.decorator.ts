import { EventPattern, type MessageHandler } from '@nestjs/microservices';

/** At most so many events are given to a batch handler at once: it bounds a transaction, and what its failure repeats. */
export const MAX_BATCH = 500;
/**
 * Fewer than this are given one by one, side by side for different keys: each then runs in a span of its own trace, and
 * there is nothing to gain yet.
 */
export const MIN_BATCH = 8;

/**
 * Like Nest's `@EventPattern`, but the handler gets `readonly DomainEvent[]`: one event, or {@link MIN_BATCH} to
 * {@link MAX_BATCH} that arrived together, in the order of each key, to be applied in one transaction. The array may hold an event
 * twice, and several of one aggregate. Use it where events arrive faster than single transactions commit.
 *
 * If the handler throws, nothing of the batch may have taken effect: its events are then given one by one, each with the
 * retries of any event, so that only the one that cannot be applied becomes a dead letter.
 */
export function EventBatchPattern(type: string): MethodDecorator {
  return EventPattern<string>(type, { batch: true });
}

/**
 * Whether the handlers of an event (Nest chains them by `next`) take batches.
 *
 * @throws Error if some do and others do not
 */
export function takesBatches(type: string, handler: MessageHandler): boolean {
  const batch = isBatch(handler);
  for (let { next } = handler as Chained; next; { next } = next) {
    if (isBatch(next) !== batch) throw new Error(`Handlers of "${type}" must all use @EventBatchPattern, or all @EventPattern`);
  }
  return batch;
}

interface Chained extends MessageHandler {
  next?: Chained;
}

function isBatch({ extras }: MessageHandler): boolean {
  return extras?.['batch'] === true;
}
