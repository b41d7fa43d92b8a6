import { Counter, Histogram } from 'prom-client';
import { nameOf, type ReadLevel } from '../levels';
import type { Decision } from '../routing/decision';

interface CountedReads {
  readonly labels: { readonly target: string; readonly level: string; readonly reason: string };
  count: number;
}

/** Counted here, and handed over when somebody looks: to find a counter by its labels costs as much as to route a read. */
const reads = new Map<string, CountedReads>();

void new Counter({
  name: 'replicas_reads_total',
  help: 'Reads, by the server that they went to, the level that was asked for, and why they went there',
  labelNames: ['target', 'level', 'reason'] as const,
  collect() {
    this.reset();
    for (const { labels, count } of reads.values()) this.inc(labels, count);
  },
});

const waitSeconds = new Histogram({
  name: 'replicas_read_wait_seconds',
  help: 'What a read waited until a server was far enough in time, of those that waited',
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
  const key = `${target} ${name} ${reason}`;
  const counted = reads.get(key) ?? { labels: { target, level: name, reason }, count: 0 };
  if (counted.count++ === 0) reads.set(key, counted);
  if (waitedMs > 0) waitSeconds.observe({ level: name }, waitedMs / 1_000);
  if (target === 'primary' && reason !== 'strong') primaryFallbacks.inc({ reason });
}
