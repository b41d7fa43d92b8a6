// The socket contract, in types alone: the server validates what comes, the client trusts what it gets.

/**
 * One change of a room. Numbers of a room are 1, 2, 3, … without a gap, in the order in which the changes were committed;
 * a message that is edited or deleted comes again with its `id`, and the number of that change.
 */
export interface RoomChange {
  /** Of the message. */
  readonly id: string;
  readonly roomId: string;
  readonly seq: number;
  readonly change: 'posted' | 'edited' | 'deleted';
  readonly kind: 'user' | 'system';
  /** Of members; system messages have none. */
  readonly senderId?: string;
  /** True once the sender has withdrawn. */
  readonly senderWithdrawn?: boolean;
  /** What is to be shown; empty once the message is deleted, also in its earlier changes. */
  readonly text: string;
  /** The message that a system message answers to. */
  readonly triggerMessageId?: string;
  /** ISO 8601, of this change. */
  readonly createdAt: string;
}

/** What a call is answered with. `code` is for programs, `title` for people. */
export type Answer<T> = T | { readonly error: ChatFailure };

export interface ChatFailure {
  readonly code: string;
  readonly title: string;
  /** After so many milliseconds the same call may succeed. */
  readonly retryAfterMs?: number;
}

export interface RoomTail {
  /** The number of the room's last change. */
  readonly lastSeq: number;
  /** Those after the number that was asked for, ascending without a gap; at most 200 and some 128 KiB, so ask again while the last one is not `lastSeq`. */
  readonly messages: readonly RoomChange[];
}

type Acknowledge<T> = (answer: Answer<T>) => void;

/** What a client says. Each is answered; a call without an answer may have happened or not, and can be repeated. */
export interface ClientToServer {
  /** Makes the caller a member of an open room, and sends its changes from then on. Without `afterSeq`: the last 50. */
  'room:join': (input: { roomId: string; afterSeq?: number }, answer: Acknowledge<RoomTail>) => void;
  /** Sends no more changes; the caller stays a member. */
  'room:leave': (input: { roomId: string }, answer: Acknowledge<object>) => void;
  'room:fetch': (input: { roomId: string; afterSeq: number }, answer: Acknowledge<RoomTail>) => void;
  /** The same `clientMessageId` of a sender in a room is one message, and answered with its first id and number. */
  'message:send': (input: { roomId: string; clientMessageId: string; text: string }, answer: Acknowledge<{ id: string; seq: number }>) => void;
  'message:edit': (input: { roomId: string; messageId: string; text: string }, answer: Acknowledge<{ seq: number }>) => void;
  'message:delete': (input: { roomId: string; messageId: string }, answer: Acknowledge<{ seq: number }>) => void;
  /** The caller has read up to `seq`; it never goes back. */
  'receipt:read': (input: { roomId: string; seq: number }, answer: Acknowledge<{ lastReadSeq: number }>) => void;
  /** Shown to the others for some seconds; may be lost. */
  'typing:start': (input: { roomId: string }, answer?: Acknowledge<object>) => void;
  /** Keeps the caller online (for 45 s: beat every 10 or 15), and tells where the rooms stand that this socket has joined: what was lost on the way is noticed by it. */
  'presence:beat': (input: object, answer: Acknowledge<{ lastSeqs: Readonly<Record<string, number>> }>) => void;
  'presence:list': (input: { roomId: string }, answer: Acknowledge<{ online: readonly string[] }>) => void;
}

/** What the server says. Each may be lost, doubled, or overtaken: `seq` tells, and `room:fetch` mends. */
export interface ServerToClient {
  message: (change: RoomChange) => void;
  typing: (told: { roomId: string; memberId: string; untilMs: number }) => void;
  receipt: (told: { roomId: string; memberId: string; lastReadSeq: number }) => void;
  presence: (told: { roomId: string; memberId: string; online: boolean }) => void;
  /** The server may have missed changes (its Redis was away): beat now. */
  resync: () => void;
}
