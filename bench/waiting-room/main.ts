// What a waiting room costs beside the floor of the same Redis, the same client and the same connections, with 10,000 and with 1,000,000 waiting; a visitor's memory; a poll by HTTP
// beside a GET. Exits with 1 if a target is missed. `npm run bench:waiting-room [-- --rounds 9] [-- --waiting 1000000]`
import { parseArgs } from 'node:util';
import { fill } from './fill.ts';
import { httpCost } from './http-cost.ts';
import { clientsOf } from './rooms.ts';
import { scriptCost } from './script-cost.ts';
import { fsync, startValkey, usedMemory } from './valkey.ts';

/** Of the empty scripts a second. */
const LEAST_OF_FLOOR = 0.35;
/** Times what it costs with FEW waiting. */
const MOST_GROWTH = 1.5;
const LEAST_OF_HTTP = 0.6;
const FEW = 10_000;
const CONNECTIONS = 64;
/** Short, for a busy neighbour is busy for a second or so: all turns of a round shall have the same one. */
const TURN_MS = 250;
const HTTP_ROUNDS = 7;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, waiting: { type: 'string', default: '1000000' } } });
const [rounds, many] = [Number(values.rounds), Number(values.waiting)];
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');
if (!(Number.isInteger(many) && many > FEW)) throw new Error(`--waiting: more than ${FEW}`);

const problems: string[] = [];
const { infra, redis } = await startValkey();
const clients = await clientsOf(infra.valkey.url);
try {
  await fsync(redis, 'everysec');
  const filler = clients.open({ enableAutoPipelining: true });
  const few = await fill(clients, filler, 'few', FEW);
  const before = await usedMemory(redis);
  const start = performance.now();
  const full = await fill(clients, filler, 'many', many);
  const seconds = (performance.now() - start) / 1_000;
  console.log(`=> ${(((await usedMemory(redis)) - before) / many).toFixed(0)} bytes a visitor; ${many.toLocaleString('en')} entered in ${seconds.toFixed(0)} s by one pipelined connection`);

  console.log(`\n${CONNECTIONS} connections, each with one call at a time, in turns of ${TURN_MS} ms, ${rounds} rounds`);
  const connected = Array.from({ length: CONNECTIONS }, () => clients.open());
  const costs = await scriptCost(redis, connected, [few, full], { rounds, turnMs: TURN_MS });
  for (const { name, how, callsPerSecond, ofFloor, p99, scriptMicroseconds } of costs) {
    console.log(`=> ${name}, appendfsync ${how}: ${callsPerSecond.toFixed(0)} a second, ${ofFloor.toFixed(2)} of the floor; p99 ${p99.toFixed(1)} ms; ${scriptMicroseconds.toFixed(1)} µs in the script`);
    if (ofFloor < LEAST_OF_FLOOR) problems.push(`${name}, appendfsync ${how}: ${ofFloor.toFixed(2)} of the floor, not ${LEAST_OF_FLOOR}`);
  }
  for (const [operation, how] of [['enter', 'everysec'], ['poll', 'everysec'], ['enter', 'always'], ['poll', 'always']]) {
    const [small, big] = costs.filter((cost) => cost.name.startsWith(`${operation},`) && cost.how === how);
    const growth = (small?.ofFloor ?? Number.NaN) / (big?.ofFloor ?? Number.NaN);
    console.log(`=> ${operation}, appendfsync ${how}: ${growth.toFixed(2)} times the cost with ${(many / FEW).toFixed(0)} times as many`);
    if (!(growth <= MOST_GROWTH)) problems.push(`${operation}, appendfsync ${how}: ${growth.toFixed(2)} times the cost, not ${MOST_GROWTH}`);
  }

  console.log(`\nHTTP, ${CONNECTIONS} connections, ${many.toLocaleString('en')} waiting, ${HTTP_ROUNDS} rounds`);
  const http = await httpCost(infra.valkey.url, full, { rounds: HTTP_ROUNDS, turnMs: 2 * TURN_MS, connections: CONNECTIONS });
  for (const { connection, pollsPerSecond, getsPerSecond, ratio, scriptRatio, p99 } of http) {
    console.log(`=> HTTP, ${connection} connection to Redis: ${pollsPerSecond.toFixed(0)} polls a second, ${ratio.toFixed(2)} of the ${getsPerSecond.toFixed(0)} with one GET (an empty script: ${scriptRatio.toFixed(2)}); p99 ${p99.toFixed(1)} ms`);
    if (ratio < LEAST_OF_HTTP) problems.push(`HTTP, ${connection}: ${ratio.toFixed(2)} of the route with a GET, not ${LEAST_OF_HTTP}`);
  }
} finally {
  clients.close();
  redis.disconnect();
  await infra.stop();
}
for (const problem of problems) console.error(`MISSED: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
