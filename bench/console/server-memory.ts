import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../../infra/process/process-usage.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { Inspector } from './inspector.ts';

export interface ServerMemory {
  readonly processBytes: number;
  readonly heapBytes: number;
}

/** Of the console's server, after `forMs`: what it takes of the machine, and its heap after a collection of garbage. */
export async function serverMemoryAfter(sandbox: Sandbox, forMs: number): Promise<ServerMemory> {
  await sleep(Math.max(0, forMs));
  const pid = sandbox.process('console').running?.pid;
  const usage = pid === undefined ? undefined : (await usageOf([pid], 0)).get(pid);
  if (pid === undefined || !usage) throw new Error('The console does not run');
  const inspector = await Inspector.of(pid);
  try {
    await inspector.call('HeapProfiler.collectGarbage');
    const { usedSize } = await inspector.call('Runtime.getHeapUsage');
    return { processBytes: usage.memoryBytes, heapBytes: Number(usedSize) };
  } finally {
    inspector.close();
  }
}
