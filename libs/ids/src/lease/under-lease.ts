import type { NodeOptions } from '../node-options';
import type { NodeLease } from './node-lease';

/** For `snowflake({ ...underLease(lease) })` and `tsid`: makes ids only while the lease is held, and none of a time that earlier holders may have used. */
export function underLease(lease: NodeLease): Required<Pick<NodeOptions, 'node' | 'usedUntil'>> {
  return {
    node: (timestampMs) => {
      lease.assertHeld(timestampMs);
      return lease.nodeId;
    },
    usedUntil: new Date(lease.notBefore),
  };
}
