import type { RunEvent } from '@madang/lab';

/** A run tells some hundreds; each is a timer while it is replayed. */
const MOST_LINES = 20_000;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => isObject(value) && typeof value['en'] === 'string' && typeof value['ko'] === 'string';
const isString = (value: unknown): boolean => typeof value === 'string';
const isOptional = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isListOf = (value: unknown, isOne: (each: unknown) => boolean): boolean => Array.isArray(value) && value.every(isOne);
const isLabelled = (value: unknown): boolean => isObject(value) && isString(value['name']) && isText(value['title']);
const isBroken = (value: unknown): boolean => isObject(value) && isString(value['what']) && isOptional(value['traceId']);

/** What of each kind is shown: a file may come from anybody, and one that only looks like a run must not take the page down. */
const FITS: Readonly<Record<RunEvent['kind'], (event: Fields) => boolean>> = {
  'run-began': ({ scenario, seed, naive, title, story, steps, invariants }) =>
    isString(scenario) && Number.isFinite(seed) && typeof naive === 'boolean' && isText(title) && isText(story) && isListOf(steps, isLabelled) && isListOf(invariants, isLabelled),
  'step-began': ({ step }) => isString(step),
  note: ({ step, text, traceId }) => isString(step) && isString(text) && isOptional(traceId),
  'step-ended': ({ step, failed }) => isString(step) && isOptional(failed),
  invariant: ({ invariant, broken }) => isString(invariant) && isListOf(broken, isBroken),
  'run-ended': ({ broken, failed }) => Number.isFinite(broken) && isOptional(failed),
};

export class NoRunFileError extends Error {
  override readonly name = 'NoRunFileError';
}

/** Reads the file of a run: one event a line, the first of which begins it. @throws NoRunFileError saying which line is none */
export function parseRunFile(text: string): RunEvent[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MOST_LINES) throw new NoRunFileError(`It has more than ${MOST_LINES} lines: no run has so much to tell.`);
  const events = lines.map((line, index) => parseLine(line, index + 1));
  if (events[0]?.kind !== 'run-began') throw new NoRunFileError('It does not begin with a run: is it a file saved here?');
  return events;
}

export function runFile(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function fits(event: Fields): boolean {
  const kind = String(event['kind']);
  return Object.hasOwn(FITS, kind) && FITS[kind as RunEvent['kind']](event);
}

function parseLine(line: string, number: number): RunEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (isObject(event) && isString(event['run']) && Number.isFinite(event['at']) && fits(event)) return event as unknown as RunEvent;
  } catch {
    // said below
  }
  throw new NoRunFileError(`Line ${number} is no event of a run.`);
}
