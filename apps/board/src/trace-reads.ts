import type { ReadObserver } from '@madang/replicas';
import { trace } from '@opentelemetry/api';

/** Sessions by numbers of this process: who reads is nobody's business, that it is the same one is. */
const numbers = new WeakMap<object, number>();
let last = 0;

/** A read as an event of the span that asked for it: thousands a second make no thousands of spans. */
export const traceRead: ReadObserver = ({ target, level, reason, waitedMs, session, atLeast }) => {
  const number = numbers.get(session) ?? ++last;
  numbers.set(session, number);
  trace.getActiveSpan()?.addEvent('replica.read', { target, level, reason, waited_ms: waitedMs, session: number, ...(atLeast === undefined ? {} : { at_least: atLeast }) });
};
