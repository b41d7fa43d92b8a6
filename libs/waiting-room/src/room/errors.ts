/** There is none of that name. */
export class UnknownRoomError extends Error {
  readonly code = 'WAITING_ROOM_UNKNOWN';

  constructor(room: string) {
    super(`There is no waiting room "${room}". Make it by configure().`);
    this.name = 'UnknownRoomError';
  }
}

/** It is draining: those who wait are admitted, nobody new comes in. */
export class RoomClosedError extends Error {
  readonly code = 'WAITING_ROOM_CLOSED';

  constructor(room: string) {
    super(`The waiting room "${room}" takes nobody in any more.`);
    this.name = 'RoomClosedError';
  }
}

/** The visitor has left, was admitted and the pass has ended, or was not seen when their turn came. */
export class PlaceGoneError extends Error {
  readonly code = 'WAITING_ROOM_PLACE_GONE';

  constructor(readonly why: 'left' | 'used' | 'missed') {
    const reason = { left: 'was given up', used: 'was admitted, and its pass has ended', missed: 'is over: its turn passed unused, or it was not kept for so long' }[why];
    super(`This place ${reason}. Enter anew, without the ticket.`);
    this.name = 'PlaceGoneError';
  }
}

/** Redis or the store does not answer in time. Whether anything was done is unknown: the same call again finds it or does it. */
export class WaitingRoomUnavailableError extends Error {
  readonly code = 'WAITING_ROOM_UNAVAILABLE';

  constructor(cause: unknown) {
    super('The waiting room does not answer. Places are kept: ask again in a few seconds.', { cause });
    this.name = 'WaitingRoomUnavailableError';
  }
}
