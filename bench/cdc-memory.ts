// Peak memory and rate of the real cdc process, from PostgreSQL's log to Kafka, while one transaction holds many rows:
// `npm run bench:memory [-- --rows 1000000]`
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectTo, postgresUrl } from '../infra/postgres/connect.ts';
import { temporarySandbox } from '../infra/sandbox/temporary-sandbox.ts';
import { sandboxTopology } from '../infra/sandbox/topology.ts';

const NEEDED: ReadonlySet<string> = new Set(['postgres', 'kafka', 'migrate:member', 'migrate:board', 'cdc']);
/** With its payload a row of the usual event: about 400 bytes in the log. */
const FILL = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload)
  SELECT uuidv7(), 'member', 'bench-' || i, 1, 'member.registered', 1, jsonb_build_object('memberId', 'bench-' || i, 'text', repeat('x', 200))
    FROM generate_series(1, $1::int) i`;

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(values.rows);

console.log('Starting PostgreSQL, Kafka and cdc of its own ...');
const { sandbox, dispose } = await temporarySandbox({ topology: (context) => sandboxTopology(context).filter(({ name }) => NEEDED.has(name)) });
try {
  await sandbox.start();
  const { processes } = await sandbox.status();
  const pid = processes.find(({ name }) => name === 'cdc')?.pid;
  if (!pid) throw new Error('cdc does not run');
  const owner = sandbox.secrets.postgres.owners['member'] ?? '';
  const client = await connectTo(postgresUrl('member', owner, sandbox.ports.POSTGRES_PORT, 'member'));
  console.log(`At rest: ${megabytes(pid, 'VmRSS')} MB. Inserting ${rows} rows in one transaction ...`);
  await client.query({ text: FILL, values: [rows], query_timeout: 600_000 } as { text: string; values: unknown[] });
  const committedAt = performance.now();
  let published = 0;
  let firstAt = 0;
  while (published < rows) {
    published = await rowsPublished();
    if (published > 0 && firstAt === 0) firstAt = performance.now();
    await sleep(100);
  }
  const seconds = (since: number): number => (performance.now() - since) / 1_000;
  console.log(`${rows} rows in Kafka ${seconds(committedAt).toFixed(1)} s after their commit: ${Math.round(rows / seconds(firstAt))} rows/s once the log was decoded`);
  console.log(`=> resident memory of cdc, ${rows} rows in one transaction: ${megabytes(pid, 'VmRSS')} MB now, ${megabytes(pid, 'VmHWM')} MB at most`);
  await client.end();
} finally {
  await dispose();
}

function megabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

async function rowsPublished(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${sandbox.ports.CDC_PORT}/readers`);
  const { items } = (await answer.json()) as { items: { database: string; rowsPublished: number }[] };
  return items.find(({ database }) => database === 'member')?.rowsPublished ?? 0;
}
