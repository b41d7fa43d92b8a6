import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { CREATE_NODE_LEASE_TABLE, type NodeLeaseOptions, type NodeLeaseStore, PostgresLeaseStore, RedisLeaseStore } from '../src/lease/index';
import { ValkeyClient } from './valkey-client';

/** A store on a real server, and what a test asks that server directly. */
export interface RealStore {
  readonly store: NodeLeaseStore;
  /** The server's own clock, and the end of the lease by it. */
  now(): Promise<number>;
  expiresAt(pool: string, nodeId: number): Promise<number>;
  holder(pool: string, nodeId: number): Promise<string>;
  close(): Promise<void>;
}

export async function postgresStore(url: string): Promise<RealStore> {
  const pool = new Pool({ connectionString: url, max: 8 });
  pool.on('error', () => undefined);
  await pool.query(CREATE_NODE_LEASE_TABLE.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'));
  const number = async (text: string, values: unknown[] = []): Promise<number> => {
    const { rows } = await pool.query<{ value: string }>(text, values);
    return Number(rows[0]?.value);
  };
  return {
    store: new PostgresLeaseStore((text, values) => pool.query(text, values)),
    now: () => number('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS value'),
    expiresAt: (name, nodeId) => number('SELECT expires_at AS value FROM ids_node_lease WHERE pool = $1 AND node_id = $2', [name, nodeId]),
    holder: async (name, nodeId) => {
      const { rows } = await pool.query<{ holder: string }>('SELECT holder FROM ids_node_lease WHERE pool = $1 AND node_id = $2', [name, nodeId]);
      return rows[0]?.holder ?? '';
    },
    close: () => pool.end(),
  };
}

export async function valkeyStore(url: string): Promise<RealStore> {
  const client = await ValkeyClient.connect(url);
  return {
    store: new RedisLeaseStore((script, keys, ...rest) => client.command('EVAL', script, String(keys), ...rest)),
    now: async () => {
      const [seconds, micros] = (await client.command('TIME')) as [string, string];
      return Number(seconds) * 1_000 + Number(micros) / 1_000;
    },
    expiresAt: async (pool, nodeId) => Number(await client.command('HGET', `ids:node-lease:{${pool}}:leases`, `${nodeId}:expires`)),
    holder: async (pool, nodeId) => String(await client.command('HGET', `ids:node-lease:{${pool}}:leases`, `${nodeId}:holder`)),
    close: async () => client.close(),
  };
}

/** A pool of its own, and times short enough for a test. */
export function short(options: NodeLeaseOptions = {}): NodeLeaseOptions & { readonly pool: string; readonly ttlMs: number } {
  return { pool: randomUUID(), minNodeId: 0, maxNodeId: 0, ttlMs: 600, marginMs: 100, maxClockSkewMs: 50, issueAheadMs: 20, restMs: 200, requestTimeoutMs: Math.floor((options.ttlMs ?? 600) * 0.6), ...options };
}

const PASSING: ReadonlySet<string> = new Set(['IDS_NODE_IDS_EXHAUSTED', 'IDS_LEASE_STORE_TIMEOUT']); // on a busy machine an answer takes longer than a short lease allows

/** Tries again, as a process that waits for a node id does. */
export async function untilGranted<T>(attempt: () => Promise<T>, timeoutMs = 10_000): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!PASSING.has((error as { code?: string }).code ?? '') || performance.now() > giveUpAt) throw error;
      await sleep(5);
    }
  }
}

/** Throws, or does not. */
export function holds(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
