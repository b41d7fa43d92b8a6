import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { usageOf } from '../../infra/process/process-usage.ts';

const LOOK_MS = 1_000;
const HEAP = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m;

export interface ServerMemory {
  readonly processBytes: number;
  readonly heapBytes: number;
}

/** Of the console's server. Its heap is what it last was after a collection, or near it: the least of all looks in that time. */
export async function serverMemoryDuring(sandbox: Sandbox, forMs: number): Promise<ServerMemory> {
  const deadline = performance.now() + forMs;
  let heapBytes = Infinity;
  do {
    await sleep(LOOK_MS);
    const metrics = await fetch(`http://127.0.0.1:${sandbox.ports.CONSOLE_PORT}/metrics`, { signal: AbortSignal.timeout(10_000) });
    const used = HEAP.exec(await metrics.text())?.[1];
    if (used === undefined) throw new Error('The console does not tell how large its heap is');
    heapBytes = Math.min(heapBytes, Number(used));
  } while (performance.now() < deadline);
  const pid = sandbox.process('console').running?.pid;
  const usage = pid === undefined ? undefined : (await usageOf([pid], 0)).get(pid);
  if (!usage) throw new Error('The console does not run');
  return { processBytes: usage.memoryBytes, heapBytes };
}
