export { catalogue, platformEvents } from './catalogue';
export { type CatalogueEvent } from './define-event';
export { memberRegistered, memberWithdrawn, type MemberPayload } from './member.events';
export { postDeleted, postEdited, postHidden, postPublished, type PostPayload } from './board.events';
export {
  MAX_MESSAGE_LENGTH,
  messageDeleted,
  messageEdited,
  messagePosted,
  type MessageSpokenPayload,
  systemMessagePosted,
  systemMessageRequested,
  type SystemMessageRequestedPayload,
} from './chat.events';
export { boardEvents, chatCommands, chatEvents, memberEvents, rowAddedTopic } from './topics';
