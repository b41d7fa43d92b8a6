/** A kill goes through the engine's command line, which takes its time on a busy machine. */
export const FAULT_SPREAD_MS = 3_000;

/** Whatever goes on after the start. */
export const CONTAINERS = ['postgres', 'replica-1', 'replica-2', 'kafka', 'connect', 'valkey', 'member', 'board', 'queue', 'chat', 'chat-2', 'id', 'moderator', 'relay', 'cdc', 'console'];
export const SECOND_NODES = ['member-2', 'board-2', 'queue-2', 'id-2', 'moderator-2', 'relay-2', 'cdc-2'];
