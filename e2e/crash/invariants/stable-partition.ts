import { type Evidence, isDeadLetter } from '../evidence/evidence.ts';

/** A record's key is its aggregate's id, and all records of an aggregate on a topic are in one partition. */
export function* stablePartition({ records }: Evidence): Generator<string> {
  const partitions = new Map<string, number>();
  for (const { topic, partition, offset, key, aggregateId, ...record } of records) {
    if (isDeadLetter({ topic, partition, offset, key, aggregateId, ...record })) continue;
    const place = `${topic}[${partition}]@${offset}`;
    if (key !== aggregateId) yield `${place} has the key ${key}, not its aggregate's id ${aggregateId}`;
    const known = partitions.get(`${topic} ${aggregateId}`) ?? partition;
    if (known !== partition) yield `${aggregateId} is in partition ${known} and, at ${place}, in another`;
    partitions.set(`${topic} ${aggregateId}`, known);
  }
}
