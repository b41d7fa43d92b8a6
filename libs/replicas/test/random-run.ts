import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { ReadLevel } from '../src/index';
import { nameOf } from '../src/levels';
import { admin, Counter, type Infra, replicasOf, routed } from './counter';
import type { Operation } from './history-checker';
import { type Fault, type Step, tellStep } from './random-steps';

/** A frozen server says nothing: whoever asks it gives up after so long. */
const PATIENCE_MS = 250;
const UPDATE = 'UPDATE counter SET value = value + 1 WHERE id = $1 RETURNING value';

export interface Recorded {
  /** What has succeeded. What has failed may have been done or not, and binds nobody. */
  readonly history: Operation[];
  /** Everything, as it happened, to be read by people. */
  readonly story: { readonly at: number; readonly line: string }[];
  readonly failed: { readonly reads: number; readonly writes: number };
}

type Act = Extract<Step, { session: number }>;
type Shown = Pick<Operation, 'kind' | 'counter' | 'value'>;

/** Runs the steps of each session in their order, those of different ones at once, over real servers. */
export async function recordRun(infra: Infra, steps: readonly Step[], levelOf: (session: number) => ReadLevel): Promise<Recorded> {
  const replicas = replicasOf(infra).map(({ name, pool }) => ({ name, pool: { ...pool, query_timeout: PATIENCE_MS, connectionTimeoutMillis: PATIENCE_MS } }));
  const { router, dataSource, close } = await routed(infra, { replicas, watch: { timeoutMs: PATIENCE_MS } });
  const recorded = { history: [] as Operation[], story: [] as Recorded['story'][number][], failed: { reads: 0, writes: 0 } };
  const startedAt = performance.now();
  const tell = (line: string): void => void recorded.story.push({ at: performance.now() - startedAt, line });
  const act = async (step: Act): Promise<void> => {
    const id = `session-${step.session}`;
    const level = levelOf(step.session);
    await router.withConsistency(id, { level, timeoutMs: 30 }, async ({ decisions }) => {
      let beganAt = performance.now();
      try {
        await perform(dataSource, step, (...shown) => {
          const endedAt = performance.now();
          // Only at the level session does a write bind the reads after it; but what it has returned was read, at any level.
          for (const each of shown) if (each.kind === 'read' || level === 'session') recorded.history.push({ ...each, session: id, beganAt, endedAt });
          const { target, reason } = decisions.at(-1) ?? { target: 'primary', reason: 'write' };
          const values = shown.map(({ kind, counter, value }) => `${kind} ${value} of counter ${counter}`).join(', ');
          tell(`${id} (${nameOf(level)}): ${values} at ${target} (${reason}), ${(endedAt - beganAt).toFixed(1)} ms`);
          beganAt = endedAt;
        });
      } catch (error) {
        recorded.failed[step.does === 'read' || step.does === 'stream' ? 'reads' : 'writes'] += 1;
        tell(`${tellStep(step)} FAILS: ${String(error)}`);
      }
    });
  };
  const sessions = new Map<number, Promise<void>>();
  const servers = new Map<string, Promise<void>>();
  try {
    for (const step of steps) {
      if (step.does === 'wait') await sleep(step.ms);
      else if ('session' in step) sessions.set(step.session, (sessions.get(step.session) ?? Promise.resolve()).then(() => act(step)));
      else {
        await servers.get(step.server);
        const heal = await ail(infra, step.does, step.server);
        tell(tellStep(step));
        const healed = sleep(step.forMs).then(heal).then(() => tell(`${step.server} is well`));
        healed.catch(() => undefined); // told by whoever waits for it
        servers.set(step.server, healed);
      }
    }
    await Promise.all(sessions.values());
  } finally {
    await Promise.all(servers.values());
    await close();
  }
  return recorded;
}

/** Says what it was shown and has written, as soon as that binds. */
async function perform(dataSource: DataSource, { does, counter }: Act, shows: (...shown: Shown[]) => void): Promise<void> {
  const wrote = (value: number): void => shows({ kind: 'read', counter, value }, { kind: 'write', counter, value });
  switch (does) {
    case 'read': {
      const { value } = await dataSource.getRepository(Counter).findOneByOrFail({ id: counter });
      return shows({ kind: 'read', counter, value });
    }
    case 'stream':
      return shows(...(await streamed(dataSource)));
    case 'write': {
      const [rows] = await dataSource.query<[{ value: number }[], number]>(UPDATE, [counter]);
      return wrote(rows[0]?.value ?? 0);
    }
    case 'transaction': {
      const value = await dataSource.transaction(async (manager) => {
        const before = await manager.findOneByOrFail(Counter, { id: counter });
        shows({ kind: 'read', counter, value: before.value }); // was committed, whatever becomes of this transaction
        const [rows] = await manager.query<[{ value: number }[], number]>(UPDATE, [counter]);
        return rows[0]?.value ?? 0;
      });
      return wrote(value);
    }
  }
}

/** Of a server that dies meanwhile, pg-cursor waits for ever for an answer: nobody but the reader can end that. */
async function streamed(dataSource: DataSource): Promise<Shown[]> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    const stream: AsyncIterable<{ counter_id: number; counter_value: number }> = await dataSource.getRepository(Counter).createQueryBuilder('counter', runner).stream();
    const rows: Shown[] = [];
    const all = (async () => {
      for await (const row of stream) rows.push({ kind: 'read', counter: row.counter_id, value: row.counter_value });
      return true;
    })();
    if (!(await Promise.race([all, sleep(2 * PATIENCE_MS, false)]))) throw new Error('The stream has not ended.');
    return rows;
  } finally {
    await runner.release();
  }
}

/** @returns what heals it */
async function ail(infra: Infra, fault: Fault, name: string): Promise<() => Promise<unknown>> {
  const server = infra.process(name);
  if (fault === 'kill -9') {
    await server.kill();
    return () => server.start();
  }
  if (fault === 'SIGSTOP') {
    await server.pause();
    return () => server.resume();
  }
  const url = infra.postgres.replicas.find((replica) => replica.name === name)?.adminUrl() ?? '';
  await admin(url, `SELECT pg_wal_replay_pause()`);
  return () => admin(url, 'SELECT pg_wal_replay_resume()');
}
