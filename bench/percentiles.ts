/** `p50 9.1 · p90 12.0 · p99 31.4 · max 40.2`, by the nearest rank. */
export function percentiles(samples: readonly number[]): string {
  const at = (share: number): string => quantile(samples, share).toFixed(1);
  return `p50 ${at(0.5)} · p90 ${at(0.9)} · p99 ${at(0.99)} · max ${at(1)}`;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function quantile(samples: readonly number[], share: number): number {
  return samples.toSorted((a, b) => a - b)[Math.ceil(share * samples.length) - 1] ?? Number.NaN;
}
