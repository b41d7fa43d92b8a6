import { EventCatalogue } from '@madang/event-bus';
import { postDeleted, postEdited, postHidden, postPublished } from './board.events';
import { messageDeleted, messageEdited, messagePosted, systemMessagePosted, systemMessageRequested } from './chat.events';
import type { CatalogueEvent } from './define-event';
import { memberRegistered, memberWithdrawn } from './member.events';

/** Everything that travels on the platform's topics. */
export const platformEvents: readonly CatalogueEvent<string, object>[] = [
  memberRegistered,
  memberWithdrawn,
  postPublished,
  postEdited,
  postDeleted,
  postHidden,
  messagePosted,
  messageEdited,
  messageDeleted,
  systemMessageRequested,
  systemMessagePosted,
];

/** The same, for the bus. A type that is missing here is a poison record everywhere. */
export const catalogue = new EventCatalogue(platformEvents);
