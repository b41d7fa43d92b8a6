import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../../infra/process/process-usage.ts';
import type { Infra } from '../../infra/test-infra.ts';
import { pidOf } from './database.ts';
import { load } from './load.ts';
import { primaryOnly, routed, type Source } from './readers.ts';

const WARM_UP_MS = 2_000;
/** Left out at either end of the sample of the CPU. */
const MARGIN_MS = 250;

export interface Share {
  readonly from: string;
  readonly readsPerSecond: number;
  /** Percent of a core, of this process and of each server. */
  readonly cpu: readonly { readonly name: string; readonly percent: number }[];
  /** Of the CPU of all servers together. */
  readonly ofPrimary: number;
}

/** What the primary has to do, with all reads on it and with all reads on two replicas. */
export async function primaryShare(infra: Infra, { concurrency, ms }: { concurrency: number; ms: number }): Promise<Share[]> {
  const servers = [{ name: 'primary', ...infra.postgres }, ...infra.postgres.replicas];
  const pids = await Promise.all(servers.map(async ({ name, adminUrl }) => ({ name, pid: await pidOf(adminUrl()) })));
  const shareOf = async (from: string, source: Source): Promise<Share> => {
    try {
      const reader = source.reader(1);
      await load(reader, concurrency, WARM_UP_MS);
      const cpuBefore = process.cpuUsage();
      const [{ readsPerSecond }, usage] = await Promise.all([
        load(reader, concurrency, ms),
        sleep(MARGIN_MS).then(() => usageOf(pids.map(({ pid }) => pid), ms - 2 * MARGIN_MS)),
      ]);
      const { user, system } = process.cpuUsage(cpuBefore);
      const ofServers = pids.map(({ name, pid }) => ({ name, percent: usage.get(pid)?.cpuPercent ?? 0 }));
      const all = ofServers.reduce((sum, { percent }) => sum + percent, 0);
      return { from, readsPerSecond, cpu: [{ name: 'this process', percent: (user + system) / ms / 10 }, ...ofServers], ofPrimary: (ofServers[0]?.percent ?? 0) / all };
    } finally {
      await source.close();
    }
  };
  return [await shareOf('the primary', await primaryOnly(infra)), await shareOf('two replicas', await routed(infra))];
}
