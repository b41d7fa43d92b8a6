import { ChatStage, HIT } from '../../e2e/chat/chat-stage.ts';
import { startStack } from '../../e2e/stack.ts';
import { percentiles } from '../percentiles.ts';
import { gatherCrowd } from './crowd.ts';
import { measureLatencies } from './latencies.ts';
const environment = { ...process.env, RATE_LIMIT_PER_SECOND: '100000', CHAT_CALLS_PER_10_S: '1000000', CHAT_MOST_SOCKETS_A_MEMBER: '10000' };
const stack = await startStack({ environment });
try {
  const stage = new ChatStage(stack);
  await stage.rule();
  const tokens = (await stage.newMembers(20)).map(({ token }) => token);
  const talking = await gatherCrowd({ urls: stage.nodes, tokens, roomIds: await stage.newRooms(20), sockets: 60 });
  const load = { perSecond: Number(process.env.RATE ?? 300), hitEvery: 20, hit: HIT };
  console.log('go');
  for (let i = 0; i < Number(process.argv[2] ?? 3); i++) {
    const l = await measureLatencies(talking, { ...load, seconds: 10 });
    console.log(`ack ${percentiles(l.acknowledged)} | answered ${percentiles(l.answered)}`);
  }
} finally { await stack.stop(); }
