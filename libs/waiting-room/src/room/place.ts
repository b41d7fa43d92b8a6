/** Where a visitor stands. `ticket` is theirs to keep and to send with each call. */
export type Place = WaitingPlace | AdmittedPlace;

export interface WaitingPlace {
  readonly status: 'waiting';
  readonly ticket: string;
  /** 1 is the next one. */
  readonly position: number;
  /** Until the admission, in milliseconds, if nobody before gives up; undefined while the room is paused. */
  readonly etaMs: number | undefined;
  /** When to ask again, in milliseconds. */
  readonly pollAfterMs: number;
  /**
   * `line`: the position falls only. `pre-queue`: it is not open yet, and who comes later may draw an earlier place. `held`: Redis has lost something or nobody was heard, so
   * nobody is admitted until those who were there are back: the position may rise. `paused`: nobody is admitted.
   */
  readonly phase: 'line' | 'pre-queue' | 'held' | 'paused';
}

export interface AdmittedPlace {
  readonly status: 'admitted';
  /** Undefined where nothing is managed: the room passes everybody through, or Redis is away and the room is to be open then. */
  readonly ticket: string | undefined;
  readonly pass: string;
  /** In milliseconds of the server's clock; undefined where nobody counts. */
  readonly admittedAt: number | undefined;
}
