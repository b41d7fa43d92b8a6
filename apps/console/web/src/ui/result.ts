import type { ServiceAnswer } from '../api/console-api';
import { detailOf } from '../api/people';

/** What an action has done, said in a line. */
export interface Result {
  readonly at: number;
  readonly text: string;
  readonly kind: 'did' | 'saw' | 'failed';
  readonly traceId: string | null;
  readonly answer: ServiceAnswer<unknown> | null;
}

export function resultOf(text: string, answer: ServiceAnswer<unknown>, kind: Result['kind'] = answer.ok ? 'did' : 'failed'): Result {
  return { at: Date.now(), text: answer.ok ? text : `${text}: ${detailOf(answer.body)}`, kind, traceId: answer.traceId, answer };
}

export function seen(text: string, traceId: string | null = null, kind: Result['kind'] = 'saw'): Result {
  return { at: Date.now(), text, kind, traceId, answer: null };
}
