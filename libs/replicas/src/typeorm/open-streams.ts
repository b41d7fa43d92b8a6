import { EventEmitter } from 'node:events';
import type { PoolClient } from 'pg';
import type { Session } from '../session/session';

interface OpenStream {
  readonly stream: unknown;
  readonly end: (() => void) | undefined;
}

/** Of each connection, until it is released: how far a stream's snapshot was can only be asked then. */
const openStreams = new WeakMap<PoolClient, OpenStream[]>();

/**
 * @param session to which it is shown, if it is one's
 * @param incarnation of the server that the connection leads to
 */
export function openStream(client: PoolClient, stream: unknown, session: Session | undefined, incarnation: string): void {
  openStreams.set(client, [...(openStreams.get(client) ?? []), { stream, end: session?.beginStream(incarnation) }]);
}

/** The connection is released: none of its streams shows anything more. */
export function endStreams(client: PoolClient): void {
  for (const { end } of openStreams.get(client) ?? []) end?.();
  openStreams.delete(client);
}

/** The connection is lost. pg-query-stream closes its cursor by asking the server, and would wait for ever for one that is gone. */
export function failStreams(client: PoolClient, error: Error): void {
  for (const { stream } of openStreams.get(client) ?? []) if (stream instanceof EventEmitter && stream.listenerCount('error') > 0) stream.emit('error', error);
}
