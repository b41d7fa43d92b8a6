import { Counter, Histogram } from 'prom-client';

export const refusedTotal = new Counter({
  name: 'queue_refused_total',
  help: 'Tickets and passes that were not accepted, by reason',
  labelNames: ['what', 'reason'] as const,
});

export const uncountedTotal = new Counter({
  name: 'queue_uncounted_admissions_total',
  help: 'Visitors let in without being counted: the room passes everybody through, or Valkey was away and the room is to be open then',
  labelNames: ['room'] as const,
});

export const appendSeconds = new Histogram({
  name: 'queue_store_append_seconds',
  help: 'Time until PostgreSQL had admissions that Valkey had decided; visitors are told after it',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

export const forksTotal = new Counter({
  name: 'queue_forks_total',
  help: 'Times that Valkey had gone on from another history than that of PostgreSQL',
  labelNames: ['room'] as const,
});

export const waitSeconds = new Histogram({
  name: 'queue_wait_seconds',
  help: 'From arrival to admission, of the admissions that this process has brought to PostgreSQL',
  labelNames: ['room'] as const,
  buckets: [0.1, 1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200],
});
