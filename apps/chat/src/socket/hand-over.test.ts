import { Ending } from '@madang/service-kit';
import { randomUUID } from 'node:crypto';
import { startInfra } from '../../../../infra/test-infra.ts';
import { fail, say, startNode } from '../../testing/chat-fixture';
import { setChatStage } from '../../testing/chat-stage';

const startParts = () => startInfra({ valkey: true, kafka: true, postgres: { databases: ['chat'] } });
const stage = setChatStage(startParts, { events: 'off' });

it('a node that ends answers what is in flight, refuses what comes later, and closes connections so that clients connect again by themselves', async () => {
  const node = await startNode(stage.infra, stage.issuer, { events: 'off' });
  const mina = await stage.talker();
  const roomId = await mina.openRoom(node);
  const socket = await mina.connect(node);
  const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve));
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = stage.database.transaction(async (manager) => {
    await manager.query('SELECT FROM room WHERE id = $1 FOR UPDATE', [roomId]);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const inFlight = say(socket, 'message:send', { roomId, clientMessageId: randomUUID(), text: 'hello' });
  await say(socket, 'room:fetch', { roomId, afterSeq: 0 }); // so the one before has arrived

  node.app.get(Ending).begin();
  expect(await fail(socket, 'room:fetch', { roomId, afterSeq: 0 })).toMatchObject({ code: 'unavailable' });
  await expect(mina.connect(node)).rejects.toMatchObject({ data: { code: 'unavailable' } });
  held.resolve();
  await holding;
  expect(await inFlight).toMatchObject({ seq: 1 });
  expect(await closed).toBe('transport close'); // after `io server disconnect` a client would stay away
  await node.app.close();
  const again = await mina.connect(stage.nodes[1]);
  expect(await say(again, 'room:join', { roomId, afterSeq: 0 })).toMatchObject({ lastSeq: 1 });
});

it('a node that is closed lets go of clients that do not answer, too', async () => {
  const node = await startNode(stage.infra, stage.issuer, { events: 'off' });
  const raw = new WebSocket(`${node.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => raw.addEventListener('open', resolve));
  const closed = new Promise((resolve) => raw.addEventListener('close', resolve));
  await node.app.close();
  expect(await closed).toBeDefined();
});
