/** At most this many earlier letters are named in an error. */
const NAMED = 5;

/** Why the desk refuses, for programs. */
export type DeskRefusal =
  | 'letter-not-found'
  | 'letter-already-replayed'
  | 'letter-already-discarded'
  | 'earlier-letters-open'
  | 'letter-not-replayable'
  | 'letter-too-large'
  | 'letter-too-old';

/** The desk does not do what was asked for, because of the letter's state; its message says what to do instead. */
export class DeskRefusedError extends Error {
  constructor(
    readonly code: DeskRefusal,
    message: string,
  ) {
    super(message);
    this.name = 'DeskRefusedError';
  }
}

export function letterNotFound(id: string): DeskRefusedError {
  return new DeskRefusedError('letter-not-found', `There is no dead letter ${id}. List them for the ids that exist.`);
}

export function alreadySettled(id: string, state: 'replayed' | 'discarded', at: string | null): DeskRefusedError {
  const next = state === 'replayed' ? 'If it failed again, that is a new letter, whose replayOf names this one.' : 'Its audit trail says why.';
  return new DeskRefusedError(`letter-already-${state}`, `${id} was ${state} at ${at}. ${next}`);
}

export function earlierLettersOpen(id: string, earlier: readonly string[]): DeskRefusedError {
  const more = earlier.length > NAMED ? ` and ${earlier.length - NAMED} more` : '';
  return new DeskRefusedError(
    'earlier-letters-open',
    `${id} has to wait, since earlier letters of its key are open: ${earlier.slice(0, NAMED).join(', ')}${more}. ` +
      'Replay or discard them first, or replay the whole key, which keeps its order.',
  );
}

export function notReplayable(id: string): DeskRefusedError {
  return new DeskRefusedError('letter-not-replayable', `${id} does not say where it comes from, so it cannot go back. Discard it once it has been looked at.`);
}

export function partitionGone(id: string, reason: string): DeskRefusedError {
  return new DeskRefusedError('letter-not-replayable', `${id} cannot go back to where it was. ${reason}. Give the topic its partitions back, or discard the letter.`);
}

export function letterTooLarge({ id, topic, size }: { id: string; topic: string; size: number }): DeskRefusedError {
  return new DeskRefusedError(
    'letter-too-large',
    `${id} (${size} bytes) does not fit into ${topic} with the headers of a replay: raise max.message.bytes of that topic, then replay it.`,
  );
}

export function letterTooOld({ id, firstDeadAt, group }: { id: string; firstDeadAt: string; group: string }, maxAgeDays: number): DeskRefusedError {
  return new DeskRefusedError(
    'letter-too-old',
    `${id} died at ${firstDeadAt} for the first time, more than ${maxAgeDays} days ago. Should its event have taken effect by other means, the inbox of ${group} may have ` +
      'forgotten it by now, and a replay would be a second time. Look whether the effect is there. If it is, discard the letter; if it is not, or if ' +
      'twice does no harm, replay it with "evenIfOld": true (--even-if-old).',
  );
}

/** Kafka did not answer in time. What was being written may or may not be there: look, then ask again. */
export class DeskUnavailableError extends Error {
  readonly code = 'dead-letters-unavailable';

  constructor(what: string, options?: ErrorOptions) {
    super(`Kafka did not answer in time (${what}). A replay that had begun is shown as requested; it may be repeated.`, options);
    this.name = 'DeskUnavailableError';
  }
}
