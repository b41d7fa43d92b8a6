import type { KafkaRecord } from './kafka-record';

/** Names the only consumer group that a replayed dead letter is for: the one that had failed. */
export const REPLAY_GROUP = 'replay-group';

/**
 * Whether a record is a dead letter of another group that is published again. This group has processed the original, so it
 * passes the copy over, without even reading it: what another group could not read may be unreadable here too.
 */
export function isForeignReplay({ headers }: KafkaRecord, groupId: string): boolean {
  const group = headers[REPLAY_GROUP]?.toString();
  return group !== undefined && group !== groupId;
}
