import type { HeldLease, LeaseGrant, LeaseRequest, NodeLeaseStore } from './node-lease.store';
import { ACQUIRE_SCRIPT, RELEASE_SCRIPT, RENEW_SCRIPT } from './redis-lease.scripts';

/** `(script, keys, ...rest) => redis.eval(script, keys, ...rest)` of ioredis. */
export type RedisEval = (script: string, numberOfKeys: number, ...keysAndArguments: string[]) => Promise<unknown>;

/**
 * Leases in Redis or Valkey, one script an operation. The server must not forget: `appendonly yes` with `appendfsync always`
 * (with `everysec` even a kill of the process can forget leases: it defers the write while the disk is busy), `maxmemory-policy noeviction`, and no failover to a replica that may be
 * behind. Where that cannot be had, use PostgreSQL. The search for a node id nobody has had goes through the range: some thousands, not a million.
 */
export class RedisLeaseStore implements NodeLeaseStore {
  readonly #eval: RedisEval;
  readonly #prefix: string;

  constructor(evaluate: RedisEval, prefix = 'ids:node-lease') {
    this.#eval = evaluate;
    this.#prefix = prefix;
  }

  async acquire({ pool, minNodeId, maxNodeId, holder, terms }: LeaseRequest): Promise<LeaseGrant | undefined> {
    const { ttlMs, restMs, maxClockSkewMs, issueAheadMs } = terms;
    const answer = await this.#run(ACQUIRE_SCRIPT, pool, [minNodeId, maxNodeId, holder, ttlMs, restMs, maxClockSkewMs, issueAheadMs]);
    if (answer === null) return undefined;
    const [nodeId, token, notBefore, mark] = answer as [string, string, string, string];
    return { nodeId: Number(nodeId), fencingToken: BigInt(token), notBefore: Number(notBefore), mayIssueUntil: Number(mark) };
  }

  async renew({ pool, nodeId, fencingToken, holder, terms }: HeldLease): Promise<number | undefined> {
    const { ttlMs, restMs, maxClockSkewMs, issueAheadMs } = terms;
    const answer = await this.#run(RENEW_SCRIPT, pool, [nodeId, fencingToken, holder, ttlMs, restMs, maxClockSkewMs, issueAheadMs]);
    return answer === null ? undefined : Number(answer);
  }

  async release({ pool, nodeId, fencingToken, holder, terms }: HeldLease, issuedUntil: number): Promise<void> {
    await this.#run(RELEASE_SCRIPT, pool, [nodeId, fencingToken, holder, terms.restMs, terms.maxClockSkewMs, Math.ceil(issuedUntil)]);
  }

  /** The braces keep both keys in one slot of a cluster. */
  #run(script: string, pool: string, values: (string | number | bigint)[]): Promise<unknown> {
    return this.#eval(script, 2, `${this.#prefix}:{${pool}}:leases`, `${this.#prefix}:{${pool}}:rests`, ...values.map(String));
  }
}
