export { ChatClient, type ChatClientOptions, type ChatState, type ClientEvents } from './chat-client';
export { ChatNotSentError, ChatRefusedError, ChatUnknownError } from './errors';
export type { Answer, ChatFailure, ClientToServer, RoomChange, RoomTail, ServerToClient } from './protocol';
export type { Room, RoomEvents } from './room';
export { type Numbered, RoomLog } from './room-log';
