import type { KafkaRecord } from './kafka-record';
import { parseLetterId } from './letter-id';

/** Names the only consumer group that a replayed dead letter is for: the one that had failed. */
export const REPLAY_GROUP = 'replay-group';
/** The letter that a replayed record was: it lay where the replay goes, and its group is the one that the replay is for. */
export const REPLAY_OF = 'replay-of';

/**
 * Whether a record is a dead letter of another group that is published again. This group has processed the original, so it
 * passes the copy over, without even reading it: what another group could not read may be unreadable here too.
 *
 * Believed only with the letter that it was: a producer that sets, or carries along, the group's header alone would have every
 * other group skip its records in silence. Whoever forges both headers is not stopped by this.
 */
export function isForeignReplay({ topic, partition, headers }: KafkaRecord, groupId: string): boolean {
  const group = headers[REPLAY_GROUP]?.toString();
  if (group === undefined || group === groupId) return false;
  const letter = parseLetterId(headers[REPLAY_OF]?.toString() ?? '');
  return letter?.topic === topic && letter.partition === partition && letter.group === group;
}
