import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** A place in a room, as its visitor keeps it. */
export interface Ticket {
  readonly room: string;
  readonly visitor: string;
  /** In microseconds of the server's clock; lower is earlier. */
  readonly number: number;
}

/** Malformed, altered, forged, or of another room. */
export class InvalidTicketError extends Error {
  readonly code = 'WAITING_ROOM_INVALID_TICKET';

  constructor(fault: string) {
    super(`The ticket ${fault}. Send it as it was given, or enter without one.`);
    this.name = 'InvalidTicketError';
  }
}

const LEAST_KEY_BYTES = 32;
/** What may stand in a ticket. */
export const VISITOR = /^[\w-]{1,64}$/;
/** HMAC-SHA256 in base64url has 43 characters, of which the last one has two bits that mean nothing: they have to be 0. */
const FORM = /^(t1\.([\w-]{6})\.([a-z0-9][a-z0-9-]{0,62})\.([\w-]{1,64})\.([1-9]\d{0,15}))\.([\w-]{42}[AEIMQUYcgkosw048])$/;

interface Key {
  readonly id: string;
  /** Made once: from bytes, each signature would make it anew, which takes four times as long. */
  readonly secret: KeyObject;
}

/** `t1.<key id>.<room>.<visitor>.<number>.<signature>`: signed, since whoever could write a number would be first. */
export class Tickets {
  readonly #keys: readonly Key[];

  /**
   * @param keys the first one signs, each of them verifies: a new one is put behind the first everywhere, then before it, then the old one goes
   * @throws RangeError
   */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) => ({ secret: createSecretKey(key, 'utf8'), id: createHash('sha256').update(key).digest('base64url').slice(0, 6) }));
    if (this.#keys.length === 0 || this.#keys.some(({ secret }) => (secret.symmetricKeySize ?? 0) < LEAST_KEY_BYTES)) throw new RangeError(`Tickets need one or more keys of at least ${LEAST_KEY_BYTES} bytes each.`);
  }

  sign({ room, visitor, number }: Ticket): string {
    const [key] = this.#keys as [Key, ...Key[]];
    const content = `t1.${key.id}.${room}.${visitor}.${number}`;
    return `${content}.${signature(content, key).toString('base64url')}`;
  }

  /** What `sign` gives, for a text that was verified: the same again, unless another key signs by now. */
  renew(text: string, ticket: Ticket): string {
    return text.startsWith(`t1.${this.#keys[0]?.id}.`) ? text : this.sign(ticket);
  }

  /** @throws InvalidTicketError */
  verify(text: string, forRoom: string): Ticket {
    const match = FORM.exec(text);
    if (!match) throw new InvalidTicketError('is not of the form t1.<key id>.<room>.<visitor>.<number>.<signature>');
    const [, content = '', keyId = '', room = '', visitor = '', number, given = ''] = match;
    const key = this.#keys.find(({ id }) => id === keyId);
    if (!key || !timingSafeEqual(signature(content, key), Buffer.from(given, 'base64url'))) throw new InvalidTicketError('was not signed with a key of this service');
    if (room !== forRoom) throw new InvalidTicketError(`is of the room "${room}"`);
    return { room, visitor, number: Number(number) };
  }
}

function signature(content: string, { secret }: Key): Buffer {
  return createHmac('sha256', secret).update(content).digest();
}
