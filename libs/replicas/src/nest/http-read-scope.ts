import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BadRequestException } from '@nestjs/common';
import { type LevelName, nameOf, parseLevel, type ReadLevel } from '../levels';
import { type ReadScope, scopeAround } from '../session/read-scope';
import { Session } from '../session/session';
import type { SessionStore } from '../session/session-store';
import { acceptToken } from '../token/carry-token';
import { type ConsistencyTokens, TOKEN_HEADER } from '../token/consistency-tokens';
import { InvalidTokenError } from '../token/invalid-token.error';
import type { ReplicaRouter } from '../typeorm/replica-router';

export const ID_HEADER = 'x-consistency-id';
export const LEVEL_HEADER = 'x-consistency-level';
export const ID_FORM = /^[\x21-\x7e]{1,128}$/;

export interface HttpReadOptions {
  /** What a client may ask for by `X-Consistency-Level`, by name (`bounded` stands for any time). Default: nothing. */
  readonly clientLevels?: readonly LevelName[];
}

export interface HttpReadScope extends ReadScope {
  /** The level that the client has asked for. */
  readonly asked: ReadLevel | undefined;
  /** Under which whoever asks may come back to the session. */
  readonly name: string | undefined;
}

/** What holds for the reads of a request, by its headers. @throws BadRequestException */
export function httpReadScope(
  headers: IncomingHttpHeaders,
  sessions: SessionStore,
  router: ReplicaRouter,
  tokens: ConsistencyTokens,
  { clientLevels }: Required<HttpReadOptions>,
): HttpReadScope {
  const asked = askedLevel(single(headers[LEVEL_HEADER]), clientLevels);
  const token = single(headers[TOKEN_HEADER]);
  const places = token === undefined ? [] : verified(token, tokens);
  const name = nameOfReader(headers);
  // Without a name it is not kept: nobody comes back to it, and it would push out those that somebody does.
  const session = name === undefined ? new Session(token === undefined ? `request:${randomUUID()}` : `token:${token}`) : sessions.open(name);
  for (const place of places) acceptToken(session, place, router.cluster);
  return { ...scopeAround(session, { ...router.defaults, ...(asked && { level: asked }) }), asked, name };
}

/**
 * The client's id, or that of its credentials, which say who it is before anybody has checked them: what they open is nobody else's session.
 * A token comes after them, because it changes with each answer, and with it the replica that it leads to. What it says holds in any case.
 */
function nameOfReader(headers: IncomingHttpHeaders): string | undefined {
  const id = single(headers[ID_HEADER]);
  if (id !== undefined) {
    if (!ID_FORM.test(id)) throw new BadRequestException('X-Consistency-Id takes 1 to 128 printable ASCII characters without blanks.');
    return `id:${id}`;
  }
  const { authorization } = headers;
  return authorization ? `user:${createHash('sha256').update(authorization).digest('base64url')}` : undefined;
}

function askedLevel(text: string | undefined, allowed: readonly LevelName[]): ReadLevel | undefined {
  if (text === undefined) return undefined;
  const level = parseLevel(text);
  if (level !== undefined && allowed.includes(nameOf(level))) return level;
  const names = allowed.map((name) => (name === 'bounded' ? 'bounded:<milliseconds>' : name));
  throw new BadRequestException(names.length === 0 ? 'X-Consistency-Level is not taken here.' : `X-Consistency-Level takes ${names.join(', ')}.`);
}

function verified(header: string, tokens: ConsistencyTokens) {
  try {
    return tokens.verifyAll(header);
  } catch (error) {
    if (error instanceof InvalidTokenError) throw new BadRequestException(`X-Consistency-Token: ${error.message}`);
    throw error;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
