import { setTimeout as sleep } from 'node:timers/promises';
import type { Infra } from './counter';
import { admin, DATABASE } from './counter';

interface Going {
  stop(): Promise<void>;
}

/** Does something again and again until it is stopped. */
export function going(work: () => Promise<void>): Going {
  const stopping = new AbortController();
  const run = (async () => {
    while (!stopping.signal.aborted) await work();
  })();
  return {
    stop: async () => {
      stopping.abort();
      await run;
    },
  };
}

/** Counts all counters up. */
export function counting(infra: Infra): Going {
  return going(async () => {
    await admin(infra.postgres.url(DATABASE), 'UPDATE counter SET value = value + 1');
    await sleep(5);
  });
}

/** Each standby stops replaying at random times, and goes on. */
export function restless(infra: Infra, pausedMs = 60): Going {
  const each = infra.postgres.replicas.map(({ adminUrl }) =>
    going(async () => {
      await sleep(Math.random() * 150);
      try {
        await admin(adminUrl(), 'SELECT pg_wal_replay_pause()');
        await sleep(Math.random() * pausedMs);
        await admin(adminUrl(), 'SELECT pg_wal_replay_resume()');
      } catch {
        await sleep(50); // it is down
      }
    }),
  );
  return {
    stop: async () => {
      await Promise.all(each.map((one) => one.stop()));
      for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), 'SELECT pg_wal_replay_resume()').catch(() => undefined);
    },
  };
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}
