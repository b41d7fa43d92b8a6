export type { Answer, ChatFailure, ClientToServer, RoomChange, RoomTail, ServerToClient } from './protocol';
