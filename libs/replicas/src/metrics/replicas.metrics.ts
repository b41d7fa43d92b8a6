import { Counter, Histogram } from 'prom-client';
import { nameOf, type ReadLevel } from '../levels';
import type { Decision } from '../routing/decision';

const readsTotal = new Counter({
  name: 'replicas_reads_total',
  help: 'Reads, by the server that they went to, the level that was asked for, and why they went there',
  labelNames: ['target', 'level', 'reason'] as const,
});

const waitSeconds = new Histogram({
  name: 'replicas_read_wait_seconds',
  help: 'What a read waited until a server was far enough in time',
  labelNames: ['level'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
});

const primaryFallbacks = new Counter({
  name: 'replicas_primary_fallbacks_total',
  help: 'Reads that went to the primary because no replica would do',
  labelNames: ['reason'] as const,
});

export const monotonicViolations = new Counter({
  name: 'replicas_monotonic_violations_total',
  help: 'Reads that have shown an older state than their session had been shown before; more than 0 is a fault of the router',
});

export const tokensMissed = new Counter({
  name: 'replicas_tokens_missed_total',
  help: 'Answers without a consistency token, because no server could say where it is',
});

export function countRead(level: ReadLevel, { target, reason, waitedMs }: Decision): void {
  const name = nameOf(level);
  readsTotal.inc({ target, level: name, reason });
  waitSeconds.observe({ level: name }, waitedMs / 1_000);
  if (target === 'primary' && reason !== 'strong') primaryFallbacks.inc({ reason });
}
