import { createHmac, timingSafeEqual } from 'node:crypto';
import { formatLsn, parseLsn } from '../position/lsn';
import type { Position } from '../position/position';
import { InvalidTokenError } from './invalid-token.error';

/** A place in the history of one cluster, as it travels between services. */
export interface ConsistencyToken extends Position {
  /** PostgreSQL's system identifier of the cluster: places of another one say nothing. */
  readonly systemId: string;
}

export const TOKEN_HEADER = 'x-consistency-token';

const LEAST_KEY_BYTES = 32;
/** HMAC-SHA256 in base64url has 43 characters. */
const FORM = /^(v1\.(\d{1,20})\.(\d{1,10})\.([0-9A-F]{1,8}\/[0-9A-F]{1,8}))\.([\w-]{43})$/;
const MOST_TOKENS = 16;

/**
 * `v1.<system id>.<timeline>.<lsn>.<signature>`. It is signed because a place that does not exist yet would keep reads waiting, or send them
 * to the primary.
 */
export class ConsistencyTokens {
  readonly #keys: readonly Buffer[];

  /**
   * @param keys the first one signs, each of them verifies: a new one is put behind the first everywhere, then before it, then the old one goes
   * @throws RangeError
   */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) => Buffer.from(key, 'utf8'));
    if (this.#keys.length === 0 || this.#keys.some(({ length }) => length < LEAST_KEY_BYTES)) {
      throw new RangeError(`Consistency tokens need one or more keys of at least ${LEAST_KEY_BYTES} bytes each.`);
    }
  }

  sign({ systemId, timeline, lsn }: ConsistencyToken): string {
    const content = `v1.${systemId}.${timeline}.${formatLsn(lsn)}`;
    const [key] = this.#keys as [Buffer, ...Buffer[]];
    return `${content}.${signature(content, key).toString('base64url')}`;
  }

  /** @throws InvalidTokenError */
  verify(token: string): ConsistencyToken {
    const match = FORM.exec(token);
    if (!match) throw new InvalidTokenError('is not of the form v1.<system id>.<timeline>.<lsn>.<signature>');
    const [, content = '', systemId = '', timeline, lsn = '', given = ''] = match;
    const claimed = Buffer.from(given, 'base64url');
    // No early end: which of the keys it was is nobody's business either.
    const genuine = this.#keys.filter((key) => timingSafeEqual(signature(content, key), claimed)).length > 0;
    if (!genuine) throw new InvalidTokenError('was not signed with a key of this service');
    return { systemId, timeline: Number(timeline), lsn: parseLsn(lsn) };
  }

  /** Of a header, where HTTP joins several by commas. @throws InvalidTokenError */
  verifyAll(header: string): ConsistencyToken[] {
    const tokens = header.split(',', MOST_TOKENS + 1);
    if (tokens.length > MOST_TOKENS) throw new InvalidTokenError(`comes with more than ${MOST_TOKENS - 1} others`);
    return tokens.map((token) => this.verify(token.trim()));
  }
}

function signature(content: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
