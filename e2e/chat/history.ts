/** `ok`: acknowledged. `no`: refused, or never sent, so it must not have happened. `unknown`: it may have. */
export type Outcome = 'ok' | 'no' | 'unknown';

/** What somebody said, and what they were told. */
export interface Said {
  readonly call: 'send' | 'edit' | 'delete';
  readonly roomId: string;
  readonly memberId: string;
  /** Of this call alone; of a deletion that of what is deleted. */
  readonly text: string;
  /** Of `send`. */
  readonly clientMessageId?: string;
  /** When it was said, and when its outcome was known; in ms, on one clock for all. */
  readonly saidAt: number;
  readonly toldAt: number;
  readonly outcome: Outcome;
  /** Where it is not `ok`, in a word. */
  readonly why?: string;
  /** Where the outcome is `ok`; of `edit` and `delete` always. */
  readonly messageId?: string;
  readonly seq?: number;
}

/** What `change` events carry, as far as it is compared. */
export interface Seen {
  readonly id: string;
  readonly seq: number;
  readonly change: 'posted' | 'edited' | 'deleted';
  readonly kind: 'user' | 'system';
  /** Of nobody where it is a system message. */
  readonly senderId?: string | null;
  /** Empty once the message is deleted. */
  readonly text: string;
}

/** All that one client was shown of a room, over all its connections, as it was shown. */
export interface View {
  readonly client: string;
  readonly roomId: string;
  /** The number after which it began. */
  readonly afterSeq: number;
  readonly seen: readonly Seen[];
}

/** A row of the chat's database. */
export interface Stored extends Seen {
  readonly roomId: string;
  readonly senderId: string | null;
  readonly clientMessageId: string | null;
  readonly triggerMessageId: string | null;
}

export interface ChatHistory {
  readonly said: readonly Said[];
  readonly views: readonly View[];
  /** In the order of room and number. */
  readonly stored: readonly Stored[];
  /** Whether a text is a hit of the rule that answers each of its hits. */
  readonly isHit: (text: string) => boolean;
  /** The one id that the answer to a message may have. */
  readonly answerId: (messageId: string) => string;
  /** The text of that rule. */
  readonly answerText: string;
}
