import { Gauge } from 'prom-client';
import type { Cluster } from '../replica/cluster';
import type { ReplicaState } from '../replica/replica';

const STATES: readonly ReplicaState[] = ['up', 'out', 'behind', 'promoted'];
const clusters = new Set<Cluster>();

void new Gauge({
  name: 'replicas_replica_state',
  help: '1 for the state that a replica is in, 0 for the others',
  labelNames: ['replica', 'state'] as const,
  collect() {
    this.reset();
    for (const { replicas } of clusters) for (const { name, state } of replicas) for (const each of STATES) this.set({ replica: name, state: each }, each === state ? 1 : 0);
  },
});

void new Gauge({
  name: 'replicas_replica_lag_seconds',
  help: 'By how much a replica is behind the primary at most; missing where nobody knows',
  labelNames: ['replica'] as const,
  collect() {
    this.reset();
    for (const cluster of clusters) {
      for (const replica of cluster.replicas) {
        const lag = replica.state === 'out' ? undefined : cluster.stalenessOf(replica);
        if (lag !== undefined) this.set({ replica: replica.name }, lag / 1_000);
      }
    }
  },
});

/** From now on, until the function that it returns is called, the cluster is among the metrics. */
export function observeCluster(cluster: Cluster): () => void {
  clusters.add(cluster);
  return () => void clusters.delete(cluster);
}
