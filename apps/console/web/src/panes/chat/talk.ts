import { ChatClient, type Room } from '@madang/chat-client';
import type { Topology } from '../../../../feed/api';
import type { ConsoleApi, ServiceAnswer } from '../../api/console-api';
import { type Person, succeeded } from '../../api/people';

export interface Talk {
  readonly client: ChatClient;
  readonly room: Room;
  readonly node: string;
}

/** Where the nodes of the chat are: their sockets are not passed on by the console. */
export function chatNodes(topology: Topology | null): { readonly name: string; readonly url: string }[] {
  const nodes = topology?.nodes.filter(({ process }) => process === 'chat' || process === 'chat-2') ?? [];
  return nodes.flatMap(({ process, docs }) => (docs === null || process === null ? [] : [{ name: process, url: new URL(docs).origin }]));
}

export async function openRoom(api: ConsoleApi, person: Person, name: string): Promise<ServiceAnswer<{ id: string }>> {
  const opened = await api.service<{ id: string }>({ service: 'chat', method: 'POST', path: '/rooms', token: person.token, body: { name } });
  succeeded(opened);
  return opened;
}

/** What was said in it before. Only members are told: it comes after entering. */
export function readRoom(api: ConsoleApi, person: Person, roomId: string): Promise<ServiceAnswer<unknown>> {
  return api.service({ service: 'chat', method: 'GET', path: `/rooms/${encodeURIComponent(roomId)}/messages?limit=1`, token: person.token });
}

/** Enters a room at a node of one's own; the other one is there when it dies. @throws Error where there is no chat */
export async function talkIn(topology: Topology | null, first: number, person: Person, roomId: string): Promise<Talk> {
  const nodes = chatNodes(topology);
  const node = nodes[first % nodes.length];
  if (!node) throw new Error('The chat is not on the map: is it running?');
  const client = new ChatClient({ url: [node.url, ...nodes.filter((other) => other !== node).map(({ url }) => url)], token: person.token });
  const room = client.room(roomId, { afterSeq: 0 });
  await room.entered();
  return { client, room, node: node.name };
}
