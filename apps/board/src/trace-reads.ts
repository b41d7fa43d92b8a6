import type { ReadObserver } from '@madang/replicas';
import { trace } from '@opentelemetry/api';

/** A read as an event of the span that asked for it: thousands a second make no thousands of spans. */
export const traceRead: ReadObserver = ({ target, reason, waitedMs }, level) => {
  trace.getActiveSpan()?.addEvent('replica.read', { target, level, reason, waited_ms: waitedMs });
};
