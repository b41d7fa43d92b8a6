/** Where a dead letter comes from. Copies of one letter share it, so it identifies the letter. */
export interface LetterOrigin {
  readonly topic: string;
  readonly partition: number;
  /** Decimal, as offsets exceed 2^53. */
  readonly offset: string;
  /** The consumer group that could not process the record. */
  readonly group: string;
}

// Topic names have no colon (Kafka allows letters, digits, dot, underscore and dash); a group may be called anything.
const ID = /^([\w.-]{1,249}):(\d{1,10}):(\d{1,19}):(.{1,255})$/s;

/** `member.events.v1:2:17:board` */
export function letterId({ topic, partition, offset, group }: LetterOrigin): string {
  return `${topic}:${partition}:${offset}:${group}`;
}

/** The origin that an id names; undefined if it is no letter's id. */
export function parseLetterId(id: string): LetterOrigin | undefined {
  const [, topic, partition, offset, group] = ID.exec(id) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined || group === undefined) return undefined;
  return { topic, partition: Number(partition), offset: String(BigInt(offset)), group };
}
