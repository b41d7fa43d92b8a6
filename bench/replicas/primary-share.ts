import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../../infra/process/process-usage.ts';
import type { Infra } from '../../infra/test-infra.ts';
import { median } from '../percentiles.ts';
import { pidOf } from './database.ts';
import { load } from './load.ts';
import { primaryOnly, type Reader, routed } from './readers.ts';

const WARM_UP_ROUNDS = 2;
/** Left out at either end of the sample of the CPU. */
const MARGIN_MS = 100;

export interface Share {
  readonly from: string;
  readonly readsPerSecond: number;
  /** Percent of a core, of each server. */
  readonly cpu: readonly { readonly name: string; readonly percent: number }[];
}

interface Turn {
  readonly readsPerSecond: number;
  readonly cpu: readonly number[];
}

/** What the primary has to do with all reads on it, and with all reads on two replicas: in turns. */
export async function primaryShare(infra: Infra, { rounds, concurrency, turnMs }: { rounds: number; concurrency: number; turnMs: number }): Promise<Share[]> {
  const servers = [{ name: 'primary', ...infra.postgres }, ...infra.postgres.replicas];
  const pids = await Promise.all(servers.map(({ adminUrl }) => pidOf(adminUrl())));
  const [primary, replicas] = [await primaryOnly(infra), await routed(infra)];
  const sources = [
    { from: 'the primary', reader: primary.reader(1), turns: [] as Turn[] },
    { from: 'two replicas', reader: replicas.reader(1), turns: [] as Turn[] },
  ];
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const { reader, turns } of sources) {
        const turn = await turnOf(reader, pids, concurrency, turnMs);
        if (round >= 0) turns.push(turn);
      }
    }
  } finally {
    await Promise.all([primary.close(), replicas.close()]);
  }
  return sources.map(({ from, turns }) => ({
    from,
    readsPerSecond: median(turns.map(({ readsPerSecond }) => readsPerSecond)),
    cpu: servers.map(({ name }, server) => ({ name, percent: median(turns.map(({ cpu }) => cpu[server] ?? 0)) })),
  }));
}

async function turnOf(reader: Reader, pids: readonly number[], concurrency: number, turnMs: number): Promise<Turn> {
  const sampled = sleep(MARGIN_MS).then(() => usageOf(pids, turnMs - 2 * MARGIN_MS));
  const [{ readsPerSecond }, usage] = await Promise.all([load(reader, concurrency, turnMs), sampled]);
  return { readsPerSecond, cpu: pids.map((pid) => usage.get(pid)?.cpuPercent ?? 0) };
}
