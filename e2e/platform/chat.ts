import { io, type Socket } from 'socket.io-client';
import type { Member } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { until } from '../until.ts';

interface Change {
  readonly seq: number;
  readonly text: string;
}

/**
 * Two nodes, as a client sees them that nobody here wrote.
 * @param replace puts another instance in the place of a service's
 */
export function chatScenarios(stage: AnyStage, replace: (service: string) => Promise<void>): void {
  describe('a room over two nodes', () => {
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.disconnect();
    });

    it('hears what is said on either, also when its node is replaced; whoever withdraws is sent away', async () => {
      const [mina, jun] = [await stage.platform.newMember(), await stage.platform.newMember()];
      const { body: room } = await stage.platform.call<{ id: string }>('POST', `${stage.platform.addresses.chat}/rooms`, { token: mina.token, body: { name: 'walks' } });
      const [here, there] = [connect(mina, 'CHAT_PORT'), connect(jun, 'CHAT_2_PORT')];
      const heard: Change[] = [];
      there.on('message', (change: Change) => heard.push(change));
      for (const socket of [here, there]) expect(await say(socket, 'room:join', { roomId: room.id })).toEqual({ lastSeq: 0, messages: [] });
      expect(await say(here, 'message:send', { roomId: room.id, clientMessageId: '1', text: 'hello' })).toMatchObject({ seq: 1 });
      await replace('chat');
      expect(await say(here, 'message:send', { roomId: room.id, clientMessageId: '2', text: 'still here' })).toMatchObject({ seq: 2 });
      await until(async () => heard.length, (length) => length === 2);
      expect(heard.map(({ seq, text }) => [seq, text])).toEqual([[1, 'hello'], [2, 'still here']]);

      expect((await stage.platform.withdraw(mina.token)).status).toBe(204);
      await until(async () => here.connected, (connected) => !connected);
      const { messages } = (await say(there, 'room:fetch', { roomId: room.id, afterSeq: 0 })) as { messages: { senderWithdrawn?: boolean }[] };
      expect(messages.map(({ senderWithdrawn }) => senderWithdrawn)).toEqual([true, true]);
    }, 90_000);

    function connect({ token }: Member, port: 'CHAT_PORT' | 'CHAT_2_PORT'): Socket {
      const socket = io(`http://127.0.0.1:${stage.stack.sandbox.ports[port]}`, { transports: ['websocket'], forceNew: true, auth: { token } });
      sockets.push(socket);
      return socket;
    }
  });
}

async function say(socket: Socket, event: string, input: object): Promise<unknown> {
  return socket.timeout(20_000).emitWithAck(event, input) as Promise<unknown>;
}
