import { ChatClient, type Room, type RoomChange } from '@madang/chat-client';
import type { Member } from '../platform-client.ts';
import { until } from '../until.ts';
import type { ChatStage } from './chat-stage.ts';

/** What the typed client offers, by two members at two nodes. */
export function twoClientScenarios(stageOf: () => ChatStage): void {
  let chats: ChatClient[] = [];
  afterEach(() => {
    for (const chat of chats) chat.close();
    chats = [];
  });

  const enter = async (member: Member, node: string | undefined, roomId: string): Promise<{ chat: ChatClient; room: Room; changes: RoomChange[] }> => {
    const chat = new ChatClient({ url: node ?? '', token: member.token, beatMs: 500 });
    chats.push(chat);
    const room = chat.room(roomId, { afterSeq: 0 });
    const changes: RoomChange[] = [];
    room.on('change', (change) => changes.push(change));
    await room.entered();
    return { chat, room, changes };
  };

  const twoMembers = async (): Promise<{ mina: Member; juno: Member; roomId: string }> => {
    const [[mina, juno], [roomId]] = await Promise.all([stageOf().newMembers(2), stageOf().newRooms(1)]);
    if (!mina || !juno || !roomId) throw new Error('Nobody is there');
    return { mina, juno, roomId };
  };

  it('two clients at two nodes see each other come, type, read, edit and delete', async () => {
    const { mina, juno, roomId } = await twoMembers();
    const { nodes } = stageOf();
    const [here, there] = [await enter(mina, nodes[0], roomId), await enter(juno, nodes[1], roomId)];
    const told: string[] = [];
    there.room.on('typing', ({ memberId }) => told.push(`typing ${memberId}`));
    here.room.on('receipt', ({ memberId, lastReadSeq }) => told.push(`read ${memberId} ${lastReadSeq}`));

    here.room.typing();
    const { id } = await here.room.send('Hello');
    await here.room.edit(id, 'Hello!');
    const { seq } = await here.room.delete(id);
    expect(await there.room.read(seq)).toEqual({ lastReadSeq: seq });
    await until(async () => [there.changes, told] as const, ([changes, events]) => changes.length === 3 && events.length === 2);
    expect(there.changes.map((change) => [change.id, change.seq, change.change])).toEqual([[id, 1, 'posted'], [id, 2, 'edited'], [id, 3, 'deleted']]);
    expect(told.toSorted()).toEqual([`read ${juno.id} 3`, `typing ${mina.id}`]);
    expect(new Set(await until(() => here.room.online(), ({ length }) => length === 2))).toEqual(new Set([mina.id, juno.id]));
    await expect(there.room.edit(id, 'mine')).rejects.toMatchObject({ name: 'ChatRefusedError' });
  });

  it('who withdraws is sent away, and is not let in again; their messages show it', async () => {
    const { mina, juno, roomId } = await twoMembers();
    const { nodes, platform } = stageOf();
    const here = await enter(mina, nodes[0], roomId);
    await here.room.send('Hello');
    expect((await platform.withdraw(mina.token)).status).toBe(204);
    await until(async () => here.chat.state, (state) => state === 'refused');
    await expect(here.room.send('and again')).rejects.toMatchObject({ name: 'ChatNotSentError' });
    const { changes } = await enter(juno, nodes[1], roomId);
    expect(await until(async () => changes, ({ length }) => length === 1)).toMatchObject([{ senderWithdrawn: true }]);
  });
}
