// What the chat costs, over the whole platform: send -> acknowledged and send -> system message at a steady rate, and deliveries a second with 1,000 sockets at two nodes beside
// bare socket.io with the same adapter, in turns. Exits with 1 if a target is missed. `npm run bench:chat [-- --rounds 7] [-- --seconds 20]`
import { parseArgs } from 'node:util';
import { ChatStage, HIT } from '../../e2e/chat/chat-stage.ts';
import { startStack } from '../../e2e/stack.ts';
import { valkeyUrl } from '../../infra/valkey/server.ts';
import { median, percentiles, quantile } from '../percentiles.ts';
import { startBareNodes } from './bare-nodes.ts';
import { disperse, gatherCrowd } from './crowd.ts';
import { deliveriesPerSecond } from './deliveries.ts';
import { measureLatencies } from './latencies.ts';

const PER_SECOND = 300;
const MOST_MS = { acknowledged: { p50: 10, p99: 60 }, answered: { p50: 80, p99: 250 } };
const LEAST_OF_BARE = 0.5;
const SOCKETS = 1_000;
const CROWDED_ROOMS = 10;
const TALKING = { rooms: 20, sockets: 60 };
const MEMBERS = 20;
const WARM_UP_S = 5;
const TURN_MS = 3_000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '20' } } });
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');
if (!(seconds >= 5)) throw new Error('--seconds: 5 or more');

const problems: string[] = [];
console.log('Starting a stack of its own ...');
const environment = { ...process.env, RATE_LIMIT_PER_SECOND: '100000', CHAT_CALLS_PER_10_S: '1000000', CHAT_MOST_SOCKETS_A_MEMBER: '10000' };
const stack = await startStack({ environment });
try {
  const stage = new ChatStage(stack);
  await stage.rule();
  const tokens = (await stage.newMembers(MEMBERS)).map(({ token }) => token);

  const talking = await gatherCrowd({ urls: stage.nodes, tokens, roomIds: await stage.newRooms(TALKING.rooms), sockets: TALKING.sockets });
  const load = { perSecond: PER_SECOND, hitEvery: 20, hit: HIT };
  await measureLatencies(talking, { ...load, seconds: WARM_UP_S });
  const latencies = await measureLatencies(talking, { ...load, seconds });
  disperse(talking);
  console.log(`\n${PER_SECOND} messages a second for ${seconds} s, ${TALKING.sockets} sockets in ${TALKING.rooms} rooms at two nodes; one message of ${load.hitEvery} is a hit`);
  for (const [name, most] of Object.entries(MOST_MS)) {
    const samples = latencies[name as keyof typeof MOST_MS];
    const lost = samples.filter((ms) => ms === Infinity).length;
    console.log(`=> send -> ${name === 'acknowledged' ? name : 'system message'}, in ms: ${percentiles(samples)}${lost > 0 ? `; ${lost} of ${samples.length} never` : ''}`);
    for (const [label, share] of [['p50', 0.5], ['p99', 0.99]] as const) {
      const measured = quantile(samples, share);
      if (!(measured <= most[label])) problems.push(`${name}: ${label} ${measured.toFixed(1)} ms, not ${most[label]}`);
    }
  }

  const bare = await startBareNodes(valkeyUrl(stack.sandbox.ports.VALKEY_PORT, stack.sandbox.secrets.valkeyPassword));
  const roomIds = await stage.newRooms(CROWDED_ROOMS);
  const [ours, theirs] = [await gatherCrowd({ urls: stage.nodes, tokens, roomIds, sockets: SOCKETS }), await gatherCrowd({ urls: bare.urls, tokens, roomIds, sockets: SOCKETS })];
  console.log(`\n${SOCKETS} sockets in ${CROWDED_ROOMS} rooms at two nodes, each, in turns of ${TURN_MS} ms, ${rounds} rounds`);
  const ratios: number[] = [];
  await deliveriesPerSecond(ours, TURN_MS); // warms up what will be measured
  await deliveriesPerSecond(theirs, TURN_MS);
  for (let round = 1; round <= rounds; round += 1) {
    const [chat, plain] = round % 2 === 0 ? [await deliveriesPerSecond(ours, TURN_MS), await deliveriesPerSecond(theirs, TURN_MS)] : (await swapped(ours, theirs));
    ratios.push(chat / plain);
    console.log(`   round ${round}: ${chat.toFixed(0)} deliveries a second, bare socket.io ${plain.toFixed(0)}: ${(chat / plain).toFixed(2)}`);
  }
  disperse([...ours, ...theirs]);
  bare.stop();
  const ratio = median(ratios);
  console.log(`=> ${ratio.toFixed(2)} of the deliveries of bare socket.io (rounds ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`);
  if (!(ratio >= LEAST_OF_BARE)) problems.push(`deliveries: ${ratio.toFixed(2)} of bare socket.io, not ${LEAST_OF_BARE}`);
} finally {
  await stack.stop();
}
for (const problem of problems) console.error(`MISSED: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

/** The other one first: whatever a turn leaves behind for the next one, both get it as often. */
async function swapped(ours: Parameters<typeof deliveriesPerSecond>[0], theirs: typeof ours): Promise<[number, number]> {
  const plain = await deliveriesPerSecond(theirs, TURN_MS);
  return [await deliveriesPerSecond(ours, TURN_MS), plain];
}
