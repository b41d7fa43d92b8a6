import { ChatClient } from '@madang/chat-client';
import type { Member } from '../../platform-client.ts';
import type { World } from './world.ts';

/** A row of what a room has heard. */
export interface Heard {
  readonly roomId: string;
  readonly seq: number;
  readonly id: string;
  readonly kind: 'user' | 'system';
  readonly text: string;
  readonly clientMessageId: string | null;
  readonly triggerMessageId: string | null;
}

const HEARD = `
  SELECT room_id AS "roomId", seq, message_id AS id, kind, text, client_message_id AS "clientMessageId", trigger_message_id AS "triggerMessageId"
  FROM room_change WHERE room_id = ANY($1::uuid[]) ORDER BY room_id, seq`;

const TRACE = `SELECT split_part(traceparent, '-', 2) AS id FROM outbox WHERE type = 'chat.message-posted' AND aggregateid = $1 AND payload->>'messageId' = $2`;

/** Shorter than by default: nodes die all the time here. */
const TIMES = { answerMs: 3_000, giveUpMs: 60_000, beatMs: 1_500 };

export async function newRoom({ platform, ground }: World, { token }: Member, name: string): Promise<string> {
  const { status, body } = await platform.call<{ id: string }>('POST', `${ground.chatNodes[0]}/rooms`, { token, body: { name } });
  if (status !== 201) throw new Error(`POST /rooms answers ${status}`);
  return body.id;
}

/** Takes the next node when one dies, if there is one; closed when the scenario ends. */
export function connect(world: World, { token }: Member, url: string | readonly string[] = world.ground.chatNodes): ChatClient {
  const chat = new ChatClient({ url, token, ...TIMES });
  world.onEnd(() => chat.close());
  return chat;
}

/** What the rooms have heard, in the order of room and number. */
export function heardIn({ databases }: World, roomIds: readonly string[]): Promise<Heard[]> {
  return databases.query<Heard>('chat', HEARD, [roomIds]);
}

/** Leads from a message to its timeline. */
export async function traceOfMessage({ databases }: World, { roomId, id }: Pick<Heard, 'roomId' | 'id'>): Promise<string | undefined> {
  const [trace] = await databases.query<{ id: string | null }>('chat', TRACE, [roomId, id]);
  return trace?.id || undefined;
}
