import { Counter, Gauge, Histogram } from 'prom-client';

/** Records by what became of them. */
export const recordsTotal = new Counter({
  name: 'event_bus_records_total',
  help: 'Records by consumer group, topic and outcome',
  labelNames: ['group', 'topic', 'outcome'] as const,
});

export const retriesTotal = new Counter({
  name: 'event_bus_retries_total',
  help: 'Failed attempts that are tried again, by consumer group and topic',
  labelNames: ['group', 'topic', 'transient'] as const,
});

export const stuckSeconds = new Gauge({
  name: 'event_bus_stuck_seconds',
  help: 'For how long the oldest failing record has been tried, by consumer group; 0 when none is failing',
  labelNames: ['group'] as const,
});

export const eventAgeSeconds = new Histogram({
  name: 'event_bus_event_age_seconds',
  help: 'From the time an event was written to the end of its effect here',
  labelNames: ['group', 'type'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
});
