import { Counter, Gauge, Histogram } from 'prom-client';

export const hitsTotal = new Counter({
  name: 'moderator_hits_total',
  help: 'Messages that hit a rule, by rule and by what came of it',
  labelNames: ['rule', 'outcome'] as const,
});

export const detectorSeconds = new Histogram({
  name: 'moderator_detector_seconds',
  help: 'Time to find what one message hits, by all rules',
  buckets: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1],
});

export const ruleSetVersion = new Gauge({
  name: 'moderator_rule_set_version',
  help: 'The rule set that this process judged by last',
});
