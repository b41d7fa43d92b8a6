import { z } from 'zod';
import { defineEvent } from './define-event';
import { chatCommands, chatEvents } from './topics';

// An aggregate is a room and its version is `seq`: every change of a room takes the next number, in one order for everybody.
const room = { version: 1, aggregateType: 'room', topic: chatEvents } as const;

/** The longest text of a message, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH = 2_000;

const seq = z.int().positive();
const change = z.object({ roomId: z.uuid(), seq, messageId: z.uuid(), senderId: z.uuid() });
// The words travel: the moderator judges them, and asking the chat for each would tie the two together. Topics forget them after 7 days.
const spoken = change.extend({ text: z.string().min(1).max(MAX_MESSAGE_LENGTH) });

export type MessageSpokenPayload = z.infer<typeof spoken>;

export const messagePosted = defineEvent({ ...room, type: 'chat.message-posted', schema: spoken });

export const messageEdited = defineEvent({ ...room, type: 'chat.message-edited', schema: spoken });

export const messageDeleted = defineEvent({ ...room, type: 'chat.message-deleted', schema: change });

const systemMessage = z.object({
  roomId: z.uuid(),
  /** UUIDv5 of trigger and rule: the same request, however often it is made, is one message. */
  messageId: z.uuid(),
  triggerMessageId: z.uuid(),
  ruleId: z.string(),
  ruleVersion: z.int().positive(),
});

/** A command: whoever watches a room asks the chat to say something in it. Its version counts what they have asked for there: one message may hit two rules. */
export const systemMessageRequested = defineEvent({
  version: 1,
  aggregateType: 'room',
  topic: chatCommands,
  type: 'chat.system-message-requested',
  schema: systemMessage.extend({ text: z.string().min(1).max(MAX_MESSAGE_LENGTH) }),
});

export type SystemMessageRequestedPayload = z.infer<typeof systemMessageRequested.schema>;

export const systemMessagePosted = defineEvent({ ...room, type: 'chat.system-message-posted', schema: systemMessage.extend({ seq }) });
