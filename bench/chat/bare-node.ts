// One node of bare socket.io, with the chat's adapter and transport, and nothing else: what is sent is told to the room. Says its address to its parent.
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const url = process.env['VALKEY_URL'] ?? '';
const http = createServer();
const io = new Server(http, { transports: ['websocket'], allowUpgrades: false, serveClient: false, adapter: createAdapter(new Redis(url), new Redis(url), { key: 'bare' }) });
let seq = Number(process.env['AFTER_SEQ']);

io.on('connection', (socket) => {
  socket.on('room:join', async ({ roomId }: { roomId: string }, answer: (told: object) => void) => {
    await socket.join(roomId);
    answer({});
  });
  socket.on('message:send', ({ roomId, clientMessageId, text }: Record<'roomId' | 'clientMessageId' | 'text', string>, answer: (told: object) => void) => {
    seq += 1;
    // As large as the chat's.
    io.to(roomId).emit('message', { id: clientMessageId, roomId, seq, change: 'posted', kind: 'user', senderId: clientMessageId, text, createdAt: new Date().toISOString() });
    answer({ id: clientMessageId, seq });
  });
});
http.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(http.address() as AddressInfo).port}`));
process.on('disconnect', () => process.exit());
