import type { RunEvent } from '@madang/lab';

const KINDS: ReadonlySet<string> = new Set<RunEvent['kind']>(['run-began', 'step-began', 'note', 'step-ended', 'invariant', 'run-ended']);

export class NoRunFileError extends Error {
  override readonly name = 'NoRunFileError';
}

/** Reads the file of a run: one event a line, the first of which begins it. @throws NoRunFileError saying which line is none */
export function parseRunFile(text: string): RunEvent[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const events = lines.map((line, index) => parseLine(line, index + 1));
  if (events[0]?.kind !== 'run-began') throw new NoRunFileError('It does not begin with a run: is it a file saved here?');
  return events;
}

export function runFile(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function parseLine(line: string, number: number): RunEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null && 'kind' in event && KINDS.has(String(event.kind)) && 'at' in event && typeof event.at === 'number') return event as RunEvent;
  } catch {
    // said below
  }
  throw new NoRunFileError(`Line ${number} is no event of a run.`);
}
