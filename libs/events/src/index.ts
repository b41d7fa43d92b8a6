export { catalogue } from './catalogue';
export { type CatalogueEvent } from './define-event';
export { memberRegistered, memberWithdrawn, type MemberPayload } from './member.events';
export { postDeleted, postEdited, postHidden, postPublished, type PostPayload } from './board.events';
export { boardEvents, memberEvents, rowAddedTopic } from './topics';
