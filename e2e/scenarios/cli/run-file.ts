import type { RunEvent } from '@madang/lab';
import { UsageError } from './options.ts';

const KINDS: Readonly<Record<RunEvent['kind'], true>> = { 'run-began': true, 'step-began': true, note: true, 'step-ended': true, invariant: true, 'run-ended': true };

/** The events of a run's file, one a line. @throws UsageError naming the first line that is none */
export function eventsOf(text: string, file: string): RunEvent[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UsageError(`${file} is empty: it is no file of a run.`);
  return lines.map((line, index) => {
    const event = parsed(line);
    if (!event) throw new UsageError(`${file}: line ${index + 1} is no event of a run.`);
    return event;
  });
}

/** Files are written here: what has a kind of ours, a time and a run is taken as it is, if what it begins with can be told. */
function parsed(line: string): RunEvent | undefined {
  try {
    const value = JSON.parse(line) as Partial<RunEvent> | null;
    return value !== null && Object.hasOwn(KINDS, value.kind ?? '') && typeof value.at === 'number' && typeof value.run === 'string' && (value.kind !== 'run-began' || (Array.isArray(value.steps) && Array.isArray(value.invariants))) ? (value as RunEvent) : undefined;
  } catch {
    return undefined;
  }
}
