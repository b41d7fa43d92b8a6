import type { FeedItem, ReadItem, RecordItem } from '../../../feed/feed';
import { append, withKey } from './bounded';
import { isOwnLook } from './own-looks';
import { reduceRun, type Run } from './runs';
import { type ConsoleState, MOST, type ReadTally } from './state';

/** One batch of the feed. Pure, and bounded by `MOST`. */
export function reduce(state: ConsoleState, items: readonly FeedItem[]): ConsoleState {
  const of = <K extends FeedItem['kind']>(kind: K): Extract<FeedItem, { kind: K }>[] => items.filter((item): item is Extract<FeedItem, { kind: K }> => item.kind === kind);
  const records = of('record');
  const reads = of('read');
  const spans = of('span').filter((span) => (span.spanKind !== 'internal' || span.parentSpanId === null) && !isOwnLook(span));
  return {
    records: append(state.records, records, MOST.records),
    spans: append(state.spans, spans, MOST.spans),
    reads: append(state.reads, reads, MOST.reads),
    readsByLevel: reads.reduce(tally, state.readsByLevel),
    lag: grouped(state.lag, of('lag'), ({ node }) => node, MOST.lag),
    consumerLag: grouped(state.consumerLag, of('consumer-lag'), ({ group, topic }) => `${group} ${topic}`, MOST.consumerLag),
    processes: of('process').reduce((known, process) => withKey(known, process.name, process, MOST.keys), state.processes),
    rooms: grouped(state.rooms, of('room'), ({ room }) => room, MOST.rooms),
    admissions: append(state.admissions, of('admission'), MOST.admissions),
    lab: of('lab').at(-1) ?? state.lab,
    runs: of('run').reduce(runsWith, state.runs),
    totals: totalsWith(state.totals, records, of('missed').reduce((sum, { count }) => sum + count, 0)),
  };
}

type RunItem = Extract<FeedItem, { kind: 'run' }>;

export function runsWith(runs: Readonly<Record<string, Run>>, { event }: Pick<RunItem, 'event'>): Readonly<Record<string, Run>> {
  const run = reduceRun(runs[event.run], event);
  return run ? withKey(runs, event.run, run, MOST.runs) : runs;
}

function tally(levels: Readonly<Record<string, ReadTally>>, { level, anomaly }: ReadItem): Readonly<Record<string, ReadTally>> {
  const { reads, anomalies } = levels[level] ?? { reads: 0, anomalies: 0 };
  return withKey(levels, level, { reads: reads + 1, anomalies: anomalies + (anomaly ? 1 : 0) }, MOST.keys);
}

function grouped<T>(known: Readonly<Record<string, readonly T[]>>, items: readonly T[], keyOf: (item: T) => string, most: number): Readonly<Record<string, readonly T[]>> {
  return items.reduce((groups, item) => withKey(groups, keyOf(item), append(groups[keyOf(item)] ?? [], [item], most), MOST.keys), known);
}

function totalsWith(totals: ConsoleState['totals'], records: readonly RecordItem[], missed: number): ConsoleState['totals'] {
  if (records.length === 0 && missed === 0) return totals;
  return {
    records: totals.records + records.length,
    duplicates: totals.duplicates + records.filter(({ duplicate }) => duplicate).length,
    deadLetters: totals.deadLetters + records.filter(({ role }) => role === 'dead-letter').length,
    missed: totals.missed + missed,
  };
}
