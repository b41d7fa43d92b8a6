export type LeaseLostReason = 'expired' | 'refused' | 'released';

const WHY: Record<LeaseLostReason, string> = {
  expired: 'it was not renewed in time: the store did not answer, or this process stood still',
  refused: 'the store gave it up, or another holder has it now',
  released: 'this process gave it back',
};

/** Issuing under this node id has ended for good. */
export class LeaseLostError extends Error {
  readonly code = 'IDS_LEASE_LOST';
  readonly reason: LeaseLostReason;

  constructor(nodeId: number, reason: LeaseLostReason) {
    super(`The lease of node id ${nodeId} has ended: ${WHY[reason]}. Issue nothing more under it; acquire a new lease and go on with that node id.`);
    this.name = 'LeaseLostError';
    this.reason = reason;
  }
}

/** The node id is held, but another holder may issue, or has issued, ids of this timestamp. */
export class ClockOutsideLeaseError extends Error {
  readonly code = 'IDS_CLOCK_OUTSIDE_LEASE';

  constructor(nodeId: number, timestampMs: number, notBefore: number, mayIssueUntil: number) {
    super(
      `Node id ${nodeId} may issue timestamps after ${notBefore} and up to ${mayIssueUntil}, not ${timestampMs}. ` +
        (timestampMs <= notBefore
          ? `Ids up to there may exist from an earlier holder: wait ${notBefore - timestampMs + 1} ms, or set this machine’s clock, which has gone back.`
          : 'The clock of this machine, or a burst, is ahead of the store’s by more than allowed: synchronise the clocks, or raise maxClockSkewMs or issueAheadMs.'),
    );
    this.name = 'ClockOutsideLeaseError';
  }
}

export class NodeIdsExhaustedError extends Error {
  readonly code = 'IDS_NODE_IDS_EXHAUSTED';

  constructor(pool: string, minNodeId: number, maxNodeId: number, waitMs: number) {
    super(
      `Every node id from ${minNodeId} to ${maxNodeId} of the pool "${pool}" is held or rests. Widen minNodeId..maxNodeId (and the layout’s node bits), ` +
        `run fewer generators, or try again: what a crashed holder had is free within about ${waitMs} ms.`,
    );
    this.name = 'NodeIdsExhaustedError';
  }
}

/** No lease is held at this moment; one is being asked for. */
export class NodeIdUnavailableError extends Error {
  readonly code = 'IDS_NO_NODE_ID';

  constructor(reason: unknown) {
    const why = reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : 'the store has not answered yet';
    super(`No node id is held (${why}). Ids can be made again once the store grants one; try again.`, { cause: reason });
    this.name = 'NodeIdUnavailableError';
  }
}

/** Unknown, not failed: the store may have done what it was asked to. */
export class LeaseStoreTimeoutError extends Error {
  readonly code = 'IDS_LEASE_STORE_TIMEOUT';

  constructor(operation: 'acquire' | 'renew' | 'release', timeoutMs: number) {
    super(
      `The lease store did not answer "${operation}" within ${timeoutMs} ms, so its outcome is unknown. Check that it is reachable; ` +
        'what it may have granted ends by itself, and a lease that is held goes on until its own deadline.',
    );
    this.name = 'LeaseStoreTimeoutError';
  }
}

export class LeaseOptionsError extends Error {
  readonly code = 'IDS_LEASE_OPTIONS';

  constructor(problem: string) {
    super(problem);
    this.name = 'LeaseOptionsError';
  }
}
