/** The largest payload in bytes of JSON: escaped twice on its way it still fits a broker's default limit of 1 MiB. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** Thrown when a payload could be committed but not published: the log reader would have to halt on it. */
export class EventTooLargeError extends Error {
  readonly code = 'EVENT_TOO_LARGE';

  constructor(type: string, bytes: number) {
    super(`The payload of "${type}" has ${bytes} bytes; at most ${MAX_PAYLOAD_BYTES} fit. Carry an id and let readers fetch.`);
    this.name = 'EventTooLargeError';
  }
}
