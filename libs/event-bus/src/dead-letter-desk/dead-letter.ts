import type { LetterOrigin } from '../letter-id';

/** What has become of a letter. A replay that has begun and is not confirmed leaves it open. */
export type LetterState = 'open' | 'replayed' | 'discarded';

/** Where one copy of a letter lies. */
export interface LetterPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** What is known of a dead letter without its value and headers. */
export interface DeadLetter extends LetterOrigin {
  readonly id: string;
  /** A PoisonCode, `handler-failed`, or `unknown-origin` for a record that nobody of this library has put there. */
  readonly code: string;
  /** Whether it is known where the letter comes from, and so where a replay has to go. */
  readonly originKnown: boolean;
  /** The beginning of the error's message. */
  readonly cause: string;
  /** The record's key as text; `base64:…` if it is no text, `sha256:…` if it is long; null if it has none. */
  readonly key: string | null;
  /** Bytes of key, value and headers. */
  readonly size: number;
  /** When it was put aside, RFC 3339. */
  readonly deadAt: string;
  /** When the first letter of its chain died: it may have taken effect by another way before. */
  readonly firstDeadAt: string;
  /** 1 for a record that failed for the first time, 2 for one that failed again after a replay, … */
  readonly attempt: number;
  /** The letter that this one was, before it was replayed and failed again. */
  readonly replayOf: string | null;
  /** The origin of the first letter of that chain: its place in the order of its key. */
  readonly first: Pick<LetterOrigin, 'partition' | 'offset'>;
  /** Its first copy. */
  readonly place: LetterPlace;
}

/** A letter and what its audit trail says. */
export interface LetterStatus {
  readonly letter: DeadLetter;
  readonly state: LetterState;
  /** When its replay last began; with the state `open`: begun and not confirmed, so it may or may not have been published. */
  readonly replayRequestedAt: string | null;
  readonly settledAt: string | null;
}

/** What a list is narrowed to. */
export interface LetterFilter {
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
  readonly code?: string | undefined;
  /** As {@link DeadLetter.key} shows it. */
  readonly key?: string | undefined;
}

export function matches(letter: DeadLetter, { topic, group, code, key }: LetterFilter): boolean {
  return (
    (topic === undefined || letter.topic === topic) &&
    (group === undefined || letter.group === group) &&
    (code === undefined || letter.code === code) &&
    (key === undefined || letter.key === key)
  );
}

/** Letters of one lane are replayed in order. A record without a key has its place in its partition only. */
export function laneOf({ topic, group, key, partition }: DeadLetter): string {
  return JSON.stringify([topic, group, key ?? partition]);
}

/** The order in which the records of a lane came, whatever has been replayed and failed again since. */
export function byOriginalOrder(a: DeadLetter, b: DeadLetter): number {
  return a.first.partition - b.first.partition || compare(a.first.offset, b.first.offset) || compare(a.offset, b.offset);
}

function compare(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : Number(difference > 0n);
}
