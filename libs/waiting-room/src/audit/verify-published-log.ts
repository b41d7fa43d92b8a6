import { setTimeout as sleep } from 'node:timers/promises';
import { compactVerify, createRemoteJWKSet } from 'jose';
import type { PublishedAdmission } from './chain';
import { AdmissionsVerifier, type Fault, type LogHead } from './verify-admissions';

const PAGE = 1_000;
const ATTEMPTS = 20;
const LONGEST_S = 10;

export interface PublishedLog {
  readonly admissions: number;
  readonly faults: readonly Fault[];
  /** What to keep: a later log has to follow it. */
  readonly head: LogHead;
  /** The service has signed this very end of the log, by a key that it publishes. */
  readonly isSigned: boolean;
}

/**
 * Reads a log over HTTP, page by page until it ends, and verifies it: `GET <room>/admissions?after=&limit=` gives `{ items, head }`, where `head` is a JWS of
 * `{ room, seq, hash }` by a key of `/.well-known/jwks.json`.
 *
 * @param room address of the room, such as http://127.0.0.1:8103/waiting-rooms/event-product
 * @param from what was kept of an earlier look; the log is read from the admission after it
 * @throws what fetch says, Error on an answer that is no log, jose's errors on a head that was not signed by a published key
 */
export async function verifyPublishedLog(room: URL, from: LogHead = { seq: 0, hash: '' }): Promise<PublishedLog> {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', room));
  const verifier = new AdmissionsVerifier(from);
  const faults: Fault[] = [];
  let head = from;
  let admissions = 0;
  let promised = 0;
  for (;;) {
    const response = await askedFor(`${room.href}/admissions?after=${head.seq}&limit=${PAGE}`);
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
    const page = (await response.json()) as { readonly items: readonly PublishedAdmission[]; readonly head: string };
    faults.push(...verifier.verify(page.items));
    admissions += page.items.length;
    const last = page.items.at(-1);
    if (last) head = { seq: last.seq, hash: last.hash };
    if (page.items.length === PAGE) continue;
    const signed = JSON.parse(new TextDecoder().decode((await compactVerify(page.head, keys)).payload)) as LogHead & { readonly room: string };
    if (signed.seq > head.seq && (last || signed.seq !== promised)) {
      promised = signed.seq; // somebody was admitted meanwhile; who promises what never comes has not signed this end
      continue;
    }
    return { admissions, faults, head, isSigned: signed.seq === head.seq && signed.hash === head.hash && room.pathname.endsWith(`/${signed.room}`) };
  }
}

/** A service lets only so many read at once, and says when to come again. */
async function askedFor(page: string): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(page);
    const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
    if (response.status !== 503 || !(retryAfter <= LONGEST_S) || attempt === ATTEMPTS) return response;
    await response.body?.cancel();
    await sleep(1_000 * retryAfter);
  }
}
