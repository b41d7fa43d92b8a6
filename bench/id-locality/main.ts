// What the order of ids saves PostgreSQL: UUIDv4 as primary key beside each time-ordered format, on a server of its own.
// `npm run bench:id-locality [-- --rows 1000000 --next 200000 --rounds 1 --only uuidv4,uuidv7]`; `-- --write` renews docs/ids.md and its plot.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { aligned } from '../../infra/core/aligned.ts';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { idColumns, type IdColumn } from './columns.ts';
import { compiledIds } from '../compiled-ids.ts';
import { renewed } from '../renewed.ts';
import { measure, type Measurement, type Sizes } from './measure.ts';
import { plot } from './plot.ts';
import { medians, type Result } from './results.ts';
import { startServer, type BenchServer } from './server.ts';
import { grouped, markdown, table } from './table.ts';
import { idSource, WRITINGS, type WritingName } from './writing.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    next: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const sizes: Sizes = { rows: Number(values.rows), nextRows: Number(values.next) };
const rounds = Number(values.rounds);
const writings = Object.keys(WRITINGS) as WritingName[];

console.log('Compiling libs/ids, starting a PostgreSQL of its own ...');
const all = idColumns(await compiledIds());
const only = values.only?.split(',');
const formats = new Set(all.map(({ format }) => format));
const unknown = only?.filter((format) => !formats.has(format)) ?? [];
if (unknown.length > 0) throw new Error(`There is no format "${unknown.join(', ')}". There are: ${[...formats].join(', ')}`);
const columns = only ? all.filter(({ format }) => only.includes(format)) : all;
if (values.write && only) throw new Error('The page shows every format: --write goes without --only.');

const server = await startServer();
try {
  const results = await run(server);
  const rows = table(results, sizes);
  const load = `${grouped(sizes.rows)} rows, then ${grouped(sizes.nextRows)} after a checkpoint; rounds: ${rounds}`;
  console.log(`\n${load}. Three figures: one writer · four at ${grouped(WRITINGS.paced.idsPerSecond)} ids/s · four at full speed; others: one writer. Log: bytes a row.`);
  console.log(aligned(rows, 2));
  if (values.write) write(results, `${markdown(rows)}\n\n${load}; PostgreSQL ${await version(server)}.`);
} finally {
  await server.stop();
}

async function run({ client }: BenchServer): Promise<Result[]> {
  const measured = new Map<IdColumn, Record<WritingName, Measurement[]>>(columns.map((column) => [column, { alone: [], paced: [], burst: [] }]));
  const total = rounds * columns.length * writings.length;
  let count = 0;
  const [first] = columns;
  if (first) await measure(client, source(first, 'alone'), { rows: 50_000, nextRows: 10_000 }, () => undefined); // warms up
  for (let round = 0; round < rounds; round++) {
    for (const [column, of] of measured) {
      for (const writing of writings) {
        const label = `[${++count}/${total}] ${column.format} as ${column.type}, ${writing}`;
        const measurement = await measure(client, source(column, writing), sizes, (rows) => showProgress(label, rows));
        of[writing].push(measurement);
        console.log(`${process.stdout.isTTY ? '\r' : ''}${label}: ${grouped(measurement.rowsPerSecond)} rows/s, density ${measurement.leafDensity.toFixed(1)} %`);
      }
    }
  }
  return [...measured].map(([{ format, type }, { alone, paced, burst }]) => ({ format, type, by: { alone: medians(alone), paced: medians(paced), burst: medians(burst) } }));
}

function source(column: IdColumn, writing: WritingName): { readonly type: IdColumn['type']; readonly nextId: () => string } {
  return { type: column.type, nextId: idSource(column, WRITINGS[writing]) };
}

function showProgress(label: string, rows: number): void {
  if (!process.stdout.isTTY || rows % 20_000 !== 0) return;
  process.stdout.write(`\r${label}: ${Math.floor((rows / (sizes.rows + sizes.nextRows)) * 100)} %`);
}

async function version({ client }: BenchServer): Promise<string> {
  const { rows: [row] } = await client.query<{ version: string }>(`SELECT split_part(current_setting('server_version'), ' ', 1) AS version`);
  return row?.version ?? 'of unknown version';
}

function write(results: readonly Result[], content: string): void {
  const page = join(repositoryRoot, 'docs/ids.md');
  writeFileSync(page, renewed(readFileSync(page, 'utf8'), 'npm run bench:id-locality -- --write', content));
  writeFileSync(join(repositoryRoot, 'docs/ids-locality.svg'), plot(results));
  console.log(`\nRenewed docs/ids.md and docs/ids-locality.svg.`);
}
