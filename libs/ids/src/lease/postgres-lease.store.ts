import type { HeldLease, LeaseGrant, LeaseRequest, NodeLeaseStore } from './node-lease.store';
import { ADD_ROWS, RELEASE, RENEW, TAKE } from './postgres-lease.table';

/** `(text, values) => pool.query(text, values)` of pg. Not a connection within a transaction: a lease counts once committed. */
export type PostgresQuery = (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;

interface TakenRow {
  readonly node_id: number;
  readonly fencing_token: string;
  readonly not_before: string;
  readonly mark: string;
}

/** Leases in the table of `CREATE_NODE_LEASE_TABLE`. Give its queries a time-out of their own, so that a dead connection is noticed. */
export class PostgresLeaseStore implements NodeLeaseStore {
  readonly #query: PostgresQuery;

  constructor(query: PostgresQuery) {
    this.#query = query;
  }

  async acquire(request: LeaseRequest): Promise<LeaseGrant | undefined> {
    const { pool, minNodeId, maxNodeId } = request;
    const grant = await this.#take(request);
    if (grant) return grant;
    for (;;) {
      const { rows } = await this.#query(ADD_ROWS, [pool, minNodeId, maxNodeId]);
      const added = await this.#take(request);
      // None was missing: what another one added in between has been looked at too.
      if (added || (rows as { missing: number }[])[0]?.missing === 0) return added;
    }
  }

  async renew({ pool, nodeId, fencingToken, holder, terms }: HeldLease): Promise<number | undefined> {
    const values = [pool, nodeId, String(fencingToken), terms.ttlMs, terms.restMs, terms.maxClockSkewMs, terms.issueAheadMs, holder];
    const { rows } = await this.#query(RENEW, values);
    const [row] = rows as { mark: string }[];
    return row && Number(row.mark);
  }

  async release({ pool, nodeId, fencingToken, holder, terms }: HeldLease, issuedUntil: number): Promise<void> {
    await this.#query(RELEASE, [pool, nodeId, String(fencingToken), terms.restMs, terms.maxClockSkewMs, Math.ceil(issuedUntil), holder]);
  }

  async #take({ pool, minNodeId, maxNodeId, holder, terms }: LeaseRequest): Promise<LeaseGrant | undefined> {
    const values = [pool, minNodeId, maxNodeId, holder, terms.ttlMs, terms.restMs, terms.maxClockSkewMs, terms.issueAheadMs];
    const { rows } = await this.#query(TAKE, values);
    const [row] = rows as TakenRow[];
    if (!row) return undefined;
    return { nodeId: row.node_id, fencingToken: BigInt(row.fencing_token), notBefore: Number(row.not_before), mayIssueUntil: Number(row.mark) };
  }
}
