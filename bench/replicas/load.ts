import type { Reader } from './readers.ts';

export interface Load {
  readonly readsPerSecond: number;
  /** Of this process, for a read: a figure that a busy neighbour changes less than the one above. */
  readonly cpuMicroseconds: number;
}

/** So many readers at a time, each with its next request at once after the last. */
export async function load(reader: Reader, concurrency: number, ms: number): Promise<Load> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const end = start + ms;
  let reads = 0;
  const one = async (worker: number): Promise<void> => {
    for (let n = worker; performance.now() < end; n += concurrency) {
      await reader.request(n);
      reads += reader.readsARequest;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => one(worker)));
  const { user, system } = process.cpuUsage(cpu);
  return { readsPerSecond: (reads * 1_000) / (performance.now() - start), cpuMicroseconds: (user + system) / reads };
}
