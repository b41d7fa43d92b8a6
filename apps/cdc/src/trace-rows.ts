import { formatLsn, type RowAdded } from '@madang/cdc';
import { isTraced } from '@madang/service-kit';
import { type Context, propagation, ROOT_CONTEXT, SpanKind, type TimeInput, trace } from '@opentelemetry/api';

/** Of a batch: a large transaction is no longer read by anybody span by span. */
const MOST_SPANS = 100;

const tracer = trace.getTracer('@madang/cdc');

/**
 * One span a row, from its coming out of the slot to its being durable, in the trace that the row carries. Only where somebody collects spans.
 *
 * @param from when the batch was taken in hand
 */
export function traceRows(rows: readonly RowAdded[], topic: string, from: TimeInput): void {
  if (!isTraced()) return;
  for (const row of rows.slice(0, MOST_SPANS)) {
    const parent = contextOf(row);
    if (!parent) continue;
    const { relation, transaction, lsn } = row;
    const attributes = { 'db.name': relation.database, 'db.lsn': formatLsn(lsn), 'db.transaction_id': transaction.xid, 'messaging.destination.name': topic, 'batch.rows': rows.length };
    tracer.startSpan(`row of ${relation.table}`, { kind: SpanKind.PRODUCER, startTime: from, attributes }, parent).end();
  }
}

function contextOf({ relation, values }: RowAdded): Context | undefined {
  const traceparent = values[relation.columns.findIndex(({ name }) => name === 'traceparent')];
  return traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : undefined;
}
