// What a user writes on the first day with @madang/chat-client: a client of a chat that is not there yet, and the order of a room by itself.
import { ChatClient, ChatNotSentError, type RoomChange, RoomLog } from '@madang/chat-client';

async function main(): Promise<void> {
  const chat = new ChatClient({ url: ['http://127.0.0.1:1', 'http://127.0.0.1:2'], token: async () => 'a token', giveUpMs: 200 });
  const room = chat.room('0198c5c4-0000-7000-8000-000000000000', { afterSeq: 41 });
  const texts: string[] = [];
  room.on('change', ({ text }: RoomChange) => texts.push(text));
  try {
    await room.send('Hello');
  } catch (error) {
    console.log(error instanceof ChatNotSentError, chat.state, room.lastSeq, texts.length);
  }
  chat.close();
}

void main().then(() => {
  const log = new RoomLog(41);
  console.log(log.receive({ seq: 43 }).length, log.isBehind, log.receiveTail({ lastSeq: 43, messages: [{ seq: 42 }] }).map(({ seq }) => seq).join());
});
