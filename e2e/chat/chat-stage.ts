import { v5 } from 'uuid';
import { type Member, PlatformClient } from '../platform-client.ts';
import type { Stack } from '../stack.ts';
import { Witness } from '../witness.ts';
import type { ChatHistory, Stored } from './history.ts';

/** What the one rule of the stage answers to; no other text of a talker has it. */
export const HIT = 'zebra crossing';
const RULE = {
  id: 'campaign',
  detection: { kind: 'words', words: [HIT] },
  text: 'Mind the zebra.',
  action: 'warn',
  cooldownMs: 0, // so that each hit is answered
  mode: 'live',
};

const STORED = `
  SELECT room_id AS "roomId", seq, message_id AS id, change, kind, text, sender_id AS "senderId", client_message_id AS "clientMessageId", trigger_message_id AS "triggerMessageId"
  FROM room_change WHERE room_id = ANY($1::uuid[]) ORDER BY room_id, seq`;
/** Hashing passwords is what takes the time: so many at once keep two cores busy. */
const AT_ONCE = 4;

/** A stack with two chat nodes and one rule, its rooms, and the truth about them. */
export class ChatStage {
  readonly stack: Stack;
  readonly platform: PlatformClient;
  readonly nodes: readonly [string, string];
  readonly #witness: Witness;

  constructor(stack: Stack) {
    const { CHAT_PORT, CHAT_2_PORT } = stack.sandbox.ports;
    this.stack = stack;
    this.platform = new PlatformClient(stack.addresses);
    this.nodes = [`http://127.0.0.1:${CHAT_PORT}`, `http://127.0.0.1:${CHAT_2_PORT}`];
    this.#witness = new Witness(stack.sandbox);
  }

  /** No other rule than that of the stage. */
  async rule(): Promise<void> {
    const { ports, secrets } = this.stack.sandbox;
    const { status, body } = await this.platform.call('PUT', `http://127.0.0.1:${ports.MODERATOR_PORT}/keyword-rules`, { token: secrets.adminToken, body: { rules: [RULE] } });
    if (status !== 200) throw new Error(`The rules are not taken: ${status} ${JSON.stringify(body)}`);
  }

  async newMembers(count: number): Promise<Member[]> {
    const members: Member[] = [];
    const register = async (): Promise<void> => {
      while (members.length < count) members.push(await this.platform.newMember());
    };
    await Promise.all(Array.from({ length: Math.min(count, AT_ONCE) }, register));
    return members.slice(0, count);
  }

  async newRooms(count: number): Promise<string[]> {
    const { token } = await this.platform.newMember();
    return Promise.all(Array.from({ length: count }, (_, index) => this.#newRoom(token, `Room ${index}`)));
  }

  /** What is stored of the rooms. */
  async truth(roomIds: readonly string[]): Promise<Omit<ChatHistory, 'said' | 'views'>> {
    const stored = await this.#witness.query<Stored>('chat', STORED, [roomIds]);
    return { stored, isHit: (text) => text.includes(HIT), answerId: (messageId) => v5(RULE.id, messageId), answerText: RULE.text };
  }

  async #newRoom(token: string, name: string): Promise<string> {
    const { status, body } = await this.platform.call<{ id: string }>('POST', `${this.nodes[0]}/rooms`, { token, body: { name } });
    if (status !== 201) throw new Error(`The room is not opened: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }
}
