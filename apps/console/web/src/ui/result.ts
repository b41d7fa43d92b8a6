import type { ServiceAnswer } from '../api/console-api';
import { labCurl, type LabCall } from '../api/curl';
import { detailOf } from '../api/people';

/** What an action has done, said in a line. */
export interface Result {
  readonly at: number;
  readonly text: string;
  readonly kind: 'did' | 'saw' | 'failed';
  readonly traceId: string | null;
  readonly answer: ServiceAnswer<unknown> | null;
  /** The same for a terminal; null: it was no call. */
  readonly curl: string | null;
}

export function resultOf(text: string, answer: ServiceAnswer<unknown>, kind: Result['kind'] = answer.ok ? 'did' : 'failed'): Result {
  return { at: Date.now(), text: answer.ok ? text : `${text}: ${detailOf(answer.body)}`, kind, traceId: answer.traceId, answer, curl: answer.curl };
}

export function seen(text: string, traceId: string | null = null, kind: Result['kind'] = 'saw'): Result {
  return { at: Date.now(), text, kind, traceId, answer: null, curl: null };
}

/** Of the lab, whose calls are in no trace. */
export function labResult(text: string, call: LabCall): Result {
  return { ...seen(text, null, 'did'), curl: labCurl(call) };
}
