/** The room whose pass a handler asks for. */
export const REQUIRED_ROOM = Symbol('required-room');
