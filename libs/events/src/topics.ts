import type { TopicDefinition } from '@madang/event-bus';

/** One topic an aggregate's service, so that what happened to one aggregate stays in order. */
export const memberEvents: TopicDefinition = { name: 'member.events.v1', partitions: 3 };
export const boardEvents: TopicDefinition = { name: 'board.events.v1', partitions: 3 };
export const chatEvents: TopicDefinition = { name: 'chat.events.v1', partitions: 3 };
/** What others ask of the chat, by room. */
export const chatCommands: TopicDefinition = { name: 'chat.commands.v1', partitions: 3 };

/** Where the log reader announces the outbox rows of a database. */
export function rowAddedTopic(database: string): TopicDefinition {
  return { name: `cdc.${database}.public.outbox`, partitions: 3 };
}
