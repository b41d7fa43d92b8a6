import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { messageOf } from '../../../infra/core/user-facing-error.ts';
import type { Stack } from '../../stack.ts';
import { Witness } from '../../witness.ts';
import { domainTopic, type Recovery, rowAddedTopic, type Slot } from './evidence.ts';

const DATABASES = ['member', 'board'];
const POLL_MS = 100;

/** Consumer groups in the order in which an event meets them, with what they read. */
const GROUPS: readonly (readonly [group: string, topics: readonly string[]])[] = [
  ['relay', DATABASES.map(rowAddedTopic)],
  ['board', [domainTopic('member')]],
  ['ledger', DATABASES.map(domainTopic)],
];

const COMMITTED = 'SELECT count(*)::int AS count FROM outbox';
const SLOTS = `
  SELECT slot_name AS name, confirmed_flush_lsn < $1::pg_lsn AS behind, wal_status AS "walStatus", invalidation_reason AS invalidated
  FROM pg_replication_slots WHERE slot_type = 'logical' AND NOT temporary ORDER BY slot_name`;

/** Reads until the value gives no cause for complaint, and returns it. @throws with the complaint at the bound */
type Settle = <T>(read: () => Promise<T>, complaint?: (value: T) => string | null) => Promise<T>;

/** Waits until nothing lags, hop by hop, from the log to the last effect, and every process is healthy. */
export async function drain(stack: Stack, boundMs: number): Promise<Recovery> {
  const startedAt = performance.now();
  const witness = new Witness(stack.sandbox);
  const settle: Settle = async (read, complaint = () => null) => {
    for (;;) {
      let fault: string | null;
      try {
        const value = await read();
        fault = complaint(value);
        if (fault === null) return value;
      } catch (error) {
        fault = messageOf(error);
      }
      if (performance.now() - startedAt > boundMs) throw new Error(fault);
      await sleep(POLL_MS);
    }
  };
  let drainMs: number | null = null;
  let complaint: string | null = null;
  try {
    await atRest(stack, witness, settle);
    drainMs = performance.now() - startedAt;
    await settle(() => unhealthy(stack), (sick) => (sick.length === 0 ? null : `not healthy: ${sick.join(', ')}`));
  } catch (error) {
    complaint = messageOf(error);
  }
  return { drainMs, complaint, slots: await slotsAt(witness, '0/0').catch(() => []) };
}

/** An effect may write further events: then it goes round once more. */
async function atRest(stack: Stack, witness: Witness, settle: Settle): Promise<void> {
  for (;;) {
    const before = await settle(() => committedEvents(witness));
    const position = await settle(() => logPosition(witness));
    await settle(
      async () => (await slotsAt(witness, position)).filter(({ behind }) => behind),
      (late) => (late.length === 0 ? null : `behind the log: ${late.map(({ name }) => name).join(', ')}`),
    );
    for (const [group, topics] of GROUPS) {
      await settle(() => lagOf(stack, group, topics), (late) => (late === 0 ? null : `group ${group} has ${late} records to go`));
    }
    if ((await settle(() => committedEvents(witness))) === before) return;
  }
}

async function logPosition(witness: Witness): Promise<string> {
  const [row] = await witness.query<{ lsn: string }>('member', 'SELECT pg_current_wal_lsn()::text AS lsn');
  if (!row) throw new Error('no position of the log');
  return row.lsn;
}

async function slotsAt(witness: Witness, position: string): Promise<(Slot & { behind: boolean })[]> {
  return witness.query('member', SLOTS, [position]);
}

async function committedEvents(witness: Witness): Promise<number> {
  const counts = await Promise.all(DATABASES.map((database) => witness.query<{ count: number }>(database, COMMITTED)));
  return counts.flat().reduce((sum, { count }) => sum + count, 0);
}

async function unhealthy({ sandbox }: Stack): Promise<string[]> {
  const { processes } = await sandbox.status();
  const sick = processes.filter(({ kind, state, healthy }) => kind === 'service' && (state !== 'healthy' || healthy === false));
  return sick.map(({ name, state }) => `${name} (${state})`);
}

async function lagOf({ sandbox }: Stack, groupId: string, topics: readonly string[]): Promise<number> {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${sandbox.ports.KAFKA_PORT}`], logLevel: logLevel.NOTHING, retry: { retries: 2 } });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
    let late = 0;
    for (const { topic, partitions } of committed) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
        const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? 0);
        late += Math.max(0, Number(high) - Math.max(0, offset));
      }
    }
    return late;
  } finally {
    await admin.disconnect();
  }
}
