import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DEAD_LETTER_SUFFIX, deadLetterTopic } from '../dead-letters';
import { REPLAY_GROUP, REPLAY_OF } from '../foreign-replay';
import type { KafkaRecord, OutgoingRecord } from '../kafka-record';
import type { DeadLetter } from './dead-letter';
import { letterId, type LetterOrigin, parseLetterId } from '../letter-id';

/** The first letter of its chain. */
const REPLAY_FIRST = 'replay-first';
/** When the first letter of its chain died, ISO 8601. */
const REPLAY_FIRST_DIED = 'replay-first-died';
/** How many times the record has been delivered for processing, this one included. */
const REPLAY_ATTEMPT = 'replay-attempt';
const OWN_HEADER = /^(dlq|replay)-/;

/** Of a letter that does not say where it comes from: its own place stands for its origin. */
const UNKNOWN_GROUP = 'unknown';
const MAX_CAUSE_LENGTH = 200;
const MAX_KEY_BYTES = 200;
const CODE = /^[a-z][a-z0-9-]{0,39}$/;
const NUMBER = /^\d{1,19}$/;

/** What the index keeps of a record of a dead-letter topic. Never throws: whatever lies there must be seen by somebody. */
export function readLetter(record: KafkaRecord): DeadLetter {
  const text = (name: string): string => record.headers[name]?.toString('utf8') ?? '';
  const { topic, partition, offset } = record;
  const named = originOf(text);
  // Headers are whoever's wrote the record. A letter lies in the topic of its origin and group; else "replay" would mean: to any topic.
  const stated = named && topic === deadLetterTopic(named.topic, named.group).name ? named : undefined;
  const origin = stated ?? { topic, partition, offset, group: UNKNOWN_GROUP };
  const replayOf = parseLetterId(text(REPLAY_OF));
  const first = parseLetterId(text(REPLAY_FIRST));
  // Only a letter of the same topic and group is an earlier life; anything else in these headers is not ours.
  const isOurs = (other: LetterOrigin | undefined): other is LetterOrigin => other?.topic === origin.topic && other.group === origin.group;
  const attempt = text(REPLAY_ATTEMPT);
  const deadAt = dateOr(0, text('dlq-time'));
  return {
    ...origin,
    id: letterId(origin),
    code: stated ? (CODE.test(text('dlq-code')) ? text('dlq-code') : 'unknown') : 'unknown-origin',
    originKnown: stated !== undefined,
    cause: text('dlq-cause').slice(0, MAX_CAUSE_LENGTH).toWellFormed(),
    key: keyText(record.key),
    size: sizeOf(record),
    deadAt: new Date(deadAt).toISOString(),
    firstDeadAt: new Date(isOurs(first) ? Math.min(deadAt, dateOr(deadAt, text(REPLAY_FIRST_DIED))) : deadAt).toISOString(),
    attempt: isOurs(replayOf) && NUMBER.test(attempt) ? Number(attempt) : 1,
    replayOf: isOurs(replayOf) ? letterId(replayOf) : null,
    first: isOurs(first) ? place(first) : place(origin),
    place: { topic, partition, offset },
  };
}

/** The dead-letter topic in which a letter lies, if there is a letter with this id. */
export function deadLetterTopicOf(id: string): string {
  const { topic, group } = parseLetterId(id) ?? { topic: '', group: '' };
  return group === UNKNOWN_GROUP && topic.endsWith(DEAD_LETTER_SUFFIX) ? topic : deadLetterTopic(topic, group).name;
}

/** The record as it was, for its origin's partition, addressed to the group that had failed. */
export function toReplay(letter: DeadLetter, { key, value, headers }: KafkaRecord): OutgoingRecord {
  const original = Object.entries(headers).filter(([name]) => !OWN_HEADER.test(name));
  const { topic, group } = letter;
  return {
    topic,
    partition: letter.partition,
    key,
    value,
    headers: {
      ...Object.fromEntries(original),
      [REPLAY_GROUP]: group,
      [REPLAY_OF]: letter.id,
      [REPLAY_FIRST]: letterId({ ...letter.first, topic, group }),
      [REPLAY_FIRST_DIED]: letter.firstDeadAt,
      [REPLAY_ATTEMPT]: String(letter.attempt + 1),
    },
  };
}

/** Milliseconds since 1970. */
function dateOr(otherwise: number, text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? otherwise : time;
}

function place({ partition, offset }: LetterOrigin): DeadLetter['first'] {
  return { partition, offset };
}

function originOf(text: (name: string) => string): LetterOrigin | undefined {
  return parseLetterId([text('dlq-topic'), text('dlq-partition'), text('dlq-offset'), text('dlq-group')].join(':'));
}

/** Texts as they are; bytes and what is long in a form that still tells keys apart and takes little memory. */
function keyText(key: Buffer | null): string | null {
  if (key === null) return null;
  if (key.length > MAX_KEY_BYTES) return `sha256:${createHash('sha256').update(key).digest('hex')}`;
  return isUtf8(key) ? key.toString('utf8') : `base64:${key.toString('base64')}`;
}

function sizeOf({ key, value, headers }: KafkaRecord): number {
  const ofHeaders = Object.entries(headers).reduce((sum, [name, content]) => sum + name.length + content.length, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}
