import { Counter, Gauge, Histogram } from 'prom-client';

export const socketsGauge = new Gauge({ name: 'chat_sockets', help: 'Open sockets of this node' });

export const changesTotal = new Counter({
  name: 'chat_changes_total',
  help: 'Changes of rooms that this node has committed',
  labelNames: ['change', 'kind'] as const,
});

export const callSeconds = new Histogram({
  name: 'chat_call_seconds',
  help: 'From the arrival of a call to its answer',
  labelNames: ['event'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const refusedTotal = new Counter({
  name: 'chat_refused_total',
  help: 'Handshakes and calls answered with an error, by its code (rate-limited, unavailable, …)',
  labelNames: ['what', 'code'] as const,
});

export const cutOffTotal = new Counter({
  name: 'chat_cut_off_total',
  help: 'Sockets that this node has ended: they read too slowly, broke the protocol, or their member or token was no good any more',
  labelNames: ['reason'] as const,
});

export const resyncsTotal = new Counter({ name: 'chat_resyncs_total', help: 'Times that clients were asked to compare, because Redis had been away' });

export const lostPublishesTotal = new Counter({ name: 'chat_lost_publishes_total', help: 'Messages that Redis did not take for the other nodes' });
