import { Injectable } from '@nestjs/common';
import type { Timeline } from '../../feed/api';
import { formatLsn, parseLsn } from '../kafka/row-added';
import { toRecordItem } from '../kafka/to-stored-record';
import { LagWatch } from '../replicas/lag-watch.service';
import { stepsOfRecords } from './record-steps';
import { stepsOfSpans } from './span-steps';
import { inOrder, type Step } from './step';
import { type StoredTrace, toSpanItem, TraceStore } from './trace-store';

/** Tells one event's way, from the request to what could see it. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly traces: TraceStore,
    private readonly replicas: LagWatch,
  ) {}

  /** Undefined if nothing of the trace is kept. */
  async timelineOf(traceId: string): Promise<Timeline | undefined> {
    const trace = this.traces.get(traceId);
    if (!trace) return undefined;
    await this.replicas.look();
    const steps = [...stepsOfSpans(trace.spans), ...stepsOfRecords(trace.records), ...this.visibilityOf(trace)];
    return { traceId, steps: inOrder(steps), spans: trace.spans.map(toSpanItem).sort((a, b) => a.at - b.at), records: trace.records.map(({ record }) => toRecordItem(record)) };
  }

  /** From when on each standby could show each commit of the trace, as closely as it was looked at. */
  private visibilityOf({ records }: StoredTrace): Step[] {
    const commits = new Map(records.flatMap(({ row, record }) => (row?.lsn && record.role === 'row-added' ? [[`${row.database} ${row.transactionId}`, { ...row, lsn: row.lsn }] as const] : [])));
    return [...commits.values()].flatMap(({ database, lsn, committedAt }) =>
      this.replicas.names.flatMap((name): Step[] => {
        const history = this.replicas.historyOf(name);
        if (!history) return [];
        const [place, since, before] = [parseLsn(lsn), history.firstWith(parseLsn(lsn), committedAt), history.lastWithout(parseLsn(lsn), committedAt)];
        const facts = { database, lsn, 'not yet at': before && before.at >= committedAt ? before.at : null, 'replay position': since ? formatLsn(since.replayed) : formatLsn(history.latest?.replayed ?? 0n) };
        if (since) return [{ what: 'visible', where: name, at: since.at, durationMs: Math.max(0, since.at - committedAt), facts: { ...facts, visible: true }, body: null }];
        const { latest } = history;
        return latest && place > 0n ? [{ what: 'visible', where: name, at: latest.at, durationMs: null, facts: { ...facts, visible: false, paused: latest.paused, 'delay ms': latest.delayMs }, body: null }] : [];
      }),
    );
  }
}
