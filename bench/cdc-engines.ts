// The embedded log reader beside Debezium, in one run: latency from commit to a consumer of the row-added topic, and the
// rate at which a backlog is published. Both engines run as the platform runs them, on one server and one broker, each with
// its own database; they take turns, so that whatever slows the machine down slows both.
// `npm run bench:cdc [-- --rounds 400 --backlogs 5 --rows 50000]`
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Arrivals } from './engines/arrivals.ts';
import { DATABASE_OF, type Engine, ENGINES, startTwoEngines } from './engines/two-engines.ts';
import { median, percentiles } from './percentiles.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '400' },
    backlogs: { type: 'string', default: '5' },
    rows: { type: 'string', default: '50000' },
  },
});
const WARM_UP_ROUNDS = 100;
const PAYLOAD = { memberId: crypto.randomUUID(), note: 'x'.repeat(200) };
const ROWS = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload)
  SELECT gen_random_uuid(), 'bench', gen_random_uuid()::text, 1, 'bench.measured', 1, $1::jsonb FROM generate_series(1, $2::int)`;

console.log('Starting PostgreSQL, Kafka, Connect and both engines ...');
const { sandbox, dispose } = await startTwoEngines();
const arrivals = new Arrivals(sandbox.ports.KAFKA_PORT);
const databases = {} as Record<Engine, Client>;
try {
  for (const engine of ENGINES) databases[engine] = await connect(engine);
  await arrivals.start(ENGINES.map(topicOf));
  await measureLatency(WARM_UP_ROUNDS);
  report(await measureLatency(Number(values.rounds)), await measureBacklogs(Number(values.backlogs), Number(values.rows)));
} finally {
  await arrivals.stop();
  await Promise.all(Object.values(databases).map((client) => client.end()));
  await dispose();
}

type Latencies = Record<Engine | 'roundTrip', number[]>;
type Rates = Record<Engine, number[]>;

/** One row at a time, engine by engine, with a bare KafkaJS round trip in between. Milliseconds. */
async function measureLatency(rounds: number): Promise<Latencies> {
  const measured: Latencies = { embedded: [], debezium: [], roundTrip: [] };
  const value = JSON.stringify(PAYLOAD);
  for (let round = 0; round < rounds; round++) {
    if (round % 100 === 0) console.log(`  latency: round ${round} of ${rounds}`);
    for (const engine of ENGINES) measured[engine].push(await commitToArrival(engine, 1));
    measured.roundTrip.push(await arrivals.roundTrip(value));
    await sleep(Math.random() * 20); // not in step with anybody's poll
  }
  return measured;
}

/** Rows a second from the commit of one transaction until its last row is at the consumer. */
async function measureBacklogs(backlogs: number, rows: number): Promise<Rates> {
  const measured: Rates = { embedded: [], debezium: [] };
  for (let backlog = -1; backlog < backlogs; backlog++) {
    for (const engine of ENGINES) {
      const rate = (rows / (await commitToArrival(engine, rows))) * 1_000;
      console.log(`  backlog of ${rows} rows, ${engine}: ${rate.toFixed(0)} rows/s${backlog < 0 ? ' (warm-up)' : ''}`);
      if (backlog >= 0) measured[engine].push(rate);
    }
  }
  return measured;
}

async function commitToArrival(engine: Engine, rows: number): Promise<number> {
  const arrived = arrivals.next(topicOf(engine), rows, 120_000);
  await databases[engine].query(ROWS, [PAYLOAD, rows]);
  const committedAt = performance.now();
  return (await arrived) - committedAt;
}

function report(latency: Latencies, backlog: Rates): void {
  const times = (ratio: number): string => `${ratio.toFixed(2)} x`;
  console.log(`
commit -> row added at a consumer, in ms
  embedded           ${percentiles(latency.embedded)}
  debezium           ${percentiles(latency.debezium)}
  bare KafkaJS       ${percentiles(latency.roundTrip)}
=> p50: embedded is 1/${(median(latency.debezium) / median(latency.embedded)).toFixed(1)} of Debezium's, ${times(median(latency.embedded) / median(latency.roundTrip))} a bare KafkaJS round trip
backlog of ${values.rows} rows, medians of ${values.backlogs}
  embedded           ${median(backlog.embedded).toFixed(0)} rows/s
  debezium           ${median(backlog.debezium).toFixed(0)} rows/s
=> backlog: embedded ${times(median(backlog.embedded) / median(backlog.debezium))} Debezium's rate`);
}

function topicOf(engine: Engine): string {
  return `cdc.${DATABASE_OF[engine]}.public.outbox`;
}

async function connect(engine: Engine): Promise<Client> {
  const database = DATABASE_OF[engine];
  const client = new Client({
    host: '127.0.0.1',
    port: sandbox.ports.POSTGRES_PORT,
    user: database,
    password: sandbox.secrets.postgres.owners[database],
    database,
  });
  await client.connect();
  return client;
}
