import * as ids from '@madang/ids';
import { idColumns } from './columns.ts';
import { measure, type Measurement } from './measure.ts';
import { startServer, type BenchServer } from './server.ts';
import { idSource, WRITINGS, type WritingName } from './writing.ts';

const SIZES = { rows: 60_000, nextRows: 10_000 };

let server: BenchServer;
jest.setTimeout(180_000); // beside other tests

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

function measured(format: string, type: string, writing: WritingName, onProgress: (rows: number) => void = () => undefined): Promise<Measurement> {
  const column = idColumns(ids).find((each) => each.format === format && each.type === type);
  if (!column) throw new Error(`no ${format} as ${type}`);
  return measure(server.client, { type: column.type, nextId: idSource(column, WRITINGS[writing]) }, SIZES, onProgress);
}

// The rule of nbtsplitloc.c: a rightmost leaf page is split at the fill factor of 90 %, any other one in the middle.
it('fills the pages with ids that grow, and logs them whole for UUIDv4 after a checkpoint', async () => {
  const [random, ordered] = [await measured('uuidv4', 'uuid', 'alone'), await measured('uuidv7', 'uuid', 'alone')];
  expect(ordered.leafDensity).toBeGreaterThan(89);
  expect(random.leafDensity).toBeLessThan(80);
  expect(random.indexBytes).toBeGreaterThan(1.1 * ordered.indexBytes);
  expect(random.firstWal).toBeGreaterThan(4 * ordered.firstWal);
  expect(random.nextWal).toBeLessThan(random.firstWal);
});

it('four writers keep the order of milliseconds, and lose that of seconds', async () => {
  expect((await measured('uuidv7', 'uuid', 'paced')).leafDensity).toBeGreaterThan(89);
  expect((await measured('ksuid', 'bytea', 'paced')).leafDensity).toBeLessThan(75);
  expect((await measured('ksuid', 'bytea', 'alone')).leafDensity).toBeGreaterThan(89);
});

it('a column holds what was generated, in the order of a single writer', async () => {
  for (const column of idColumns(ids).filter(({ format }) => format !== 'uuidv4')) {
    const nextId = idSource(column, WRITINGS.alone);
    const made: string[] = [];
    const keep = (): string => {
      const id = nextId();
      made.push(id);
      return id;
    };
    await measure(server.client, { type: column.type, nextId: keep }, { rows: 2_000, nextRows: 10 }, () => undefined);
    const { rows } = await server.client.query<{ id: string }>('SELECT id::text FROM item ORDER BY item.id');
    const elements = made.map((id) => id.replace(/^"\\(.*)"$/, '$1'));
    expect([column.format, column.type, ...rows.map(({ id }) => id)]).toEqual([column.format, column.type, ...elements]);
  }
});

it('refuses figures between which a checkpoint came', async () => {
  let checkpoint: Promise<unknown> | undefined;
  const intervene = (): void => {
    checkpoint ??= server.client.query('CHECKPOINT');
  };
  await expect(measured('uuidv7', 'uuid', 'alone', intervene)).rejects.toThrow('A checkpoint came in between');
  await checkpoint;
});
