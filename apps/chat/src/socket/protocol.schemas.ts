import type { Answer, ClientToServer, ServerToClient } from '@madang/chat-client';
import { MAX_MESSAGE_LENGTH } from '@madang/events';
import { text, uuid } from '@madang/service-kit';
import { z } from 'zod';

export type CallName = keyof ClientToServer;
export type CallInput<E extends CallName> = Parameters<ClientToServer[E]>[0];
type AnswerOf<E extends CallName> = Parameters<NonNullable<Parameters<ClientToServer[E]>[1]>>[0];
export type CallAnswer<E extends CallName> = Exclude<AnswerOf<E>, Exclude<Answer<never>, never>>;

const MOST_SEQ = 2 ** 31 - 1;
const seq = z.int().positive().max(MOST_SEQ);
const afterSeq = z.int().nonnegative().max(MOST_SEQ);
const roomId = uuid();
/** Bounded in UTF-16 code units too: so it is stated in the events. */
const words = text(MAX_MESSAGE_LENGTH).max(MAX_MESSAGE_LENGTH);

export const roomChange = z
  .object({
    id: z.uuid().meta({ description: 'Of the message; a message that is edited or deleted comes again with it' }),
    roomId: z.uuid(),
    seq: seq.meta({ description: 'Of the change: 1, 2, 3, … a room, without a gap, in the order of the commits' }),
    change: z.enum(['posted', 'edited', 'deleted']),
    kind: z.enum(['user', 'system']),
    senderId: z.uuid().exactOptional(),
    senderWithdrawn: z.boolean().exactOptional(),
    text: z.string().meta({ description: 'Empty once the message is deleted, also in its earlier changes' }),
    triggerMessageId: z.uuid().exactOptional().meta({ description: 'The message that a system message answers to' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'RoomChange' });

const roomTail = z.object({ lastSeq: afterSeq, messages: z.array(roomChange).max(200) }).meta({ id: 'RoomTail' });

export const chatFailure = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'For programs', examples: ['unauthorized', 'unavailable', 'rate-limited', 'invalid-arguments', 'room-not-found', 'not-a-member'] }),
      title: z.string().meta({ description: 'For people' }),
      retryAfterMs: z.int().nonnegative().exactOptional().meta({ description: 'After so many ms the same call may succeed' }),
    }),
  })
  .meta({ id: 'ChatFailure' });

const nothing = z.object({});

/** What clients say, and what they are answered unless it is a {@link chatFailure}. */
export const callSchemas = {
  'room:join': {
    summary: 'Makes the caller a member of an open room, and sends its changes from then on; without afterSeq: the last 50',
    input: z.strictObject({ roomId, afterSeq: afterSeq.exactOptional() }),
    answer: roomTail,
  },
  'room:leave': { summary: 'Sends no more changes; the caller stays a member', input: z.strictObject({ roomId }), answer: nothing },
  'room:fetch': { summary: 'The changes after a number, at most 200 and some 128 KiB: ask again while the last one is not lastSeq', input: z.strictObject({ roomId, afterSeq }), answer: roomTail },
  'message:send': {
    summary: 'Answered once it is durable; the same clientMessageId is one message',
    input: z.strictObject({ roomId, clientMessageId: text(100), text: words }),
    answer: z.object({ id: z.uuid(), seq }),
  },
  'message:edit': { summary: 'Own messages only', input: z.strictObject({ roomId, messageId: uuid(), text: words }), answer: z.object({ seq }) },
  'message:delete': { summary: 'Own messages only; the words are gone', input: z.strictObject({ roomId, messageId: uuid() }), answer: z.object({ seq }) },
  'receipt:read': { summary: 'The caller has read up to seq; it never goes back', input: z.strictObject({ roomId, seq }), answer: z.object({ lastReadSeq: afterSeq }) },
  'typing:start': { summary: 'Shown to the others for some seconds; may be lost', input: z.strictObject({ roomId }), answer: nothing },
  'presence:beat': {
    summary: 'Keeps the caller online, and tells where the rooms of this socket stand',
    input: z.strictObject({}),
    answer: z.object({ lastSeqs: z.record(z.uuid(), afterSeq) }),
  },
  'presence:list': { summary: 'Who of a room is online', input: z.strictObject({ roomId }), answer: z.object({ online: z.array(z.uuid()) }) },
} satisfies { [E in CallName]: { summary: string; input: z.ZodType<CallInput<E>>; answer: z.ZodType<CallAnswer<E>> } };

/** What the server says. */
export const eventSchemas = {
  message: { summary: 'A change of a room that the socket has joined; may be lost, doubled or overtaken: seq tells, room:fetch mends', payload: roomChange },
  typing: { summary: 'Somebody writes', payload: z.object({ roomId: z.uuid(), memberId: z.uuid(), untilMs: z.int() }) },
  receipt: { summary: 'Somebody has read up to a number', payload: z.object({ roomId: z.uuid(), memberId: z.uuid(), lastReadSeq: afterSeq }) },
  presence: { summary: 'Somebody came or went', payload: z.object({ roomId: z.uuid(), memberId: z.uuid(), online: z.boolean() }) },
  resync: { summary: 'Changes may have been missed: beat now', payload: undefined },
} satisfies { [E in keyof ServerToClient]: { summary: string; payload: z.ZodType<Parameters<ServerToClient[E]>[0]> | undefined } };
