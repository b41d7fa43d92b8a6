import { z } from 'zod';
import { defineEvent } from './define-event';
import { memberEvents } from './topics';

// Ids only: a topic keeps what it was given, and a withdrawn member's data must leave every store.
const schema = z.object({ memberId: z.uuid() });

export type MemberPayload = z.infer<typeof schema>;

export const memberRegistered = defineEvent({
  type: 'member.registered',
  version: 1,
  aggregateType: 'member',
  topic: memberEvents,
  schema,
});

export const memberWithdrawn = defineEvent({
  type: 'member.withdrawn',
  version: 1,
  aggregateType: 'member',
  topic: memberEvents,
  schema,
});
