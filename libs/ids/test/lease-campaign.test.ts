import { join } from 'node:path';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { postgresStore } from './lease-stores';
import { run } from './stress/campaign';
import type { Control } from './stress/issuer-plan';
import { libfaketime } from './stress/libfaketime';

const library = libfaketime(join(process.cwd(), '.sandbox/cache'));
const by = library === undefined ? 'an injected clock (no libfaketime works here)' : 'libfaketime';
/** `npm run stress:ids`: each format in each store, and the findings told. */
const ALL = process.env['MADANG_STRESS'] === '1';
const EACH = 1_000_000;

let infra: Infra;
let url: { readonly postgres: string; readonly valkey: string };
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] }, valkey: true });
  url = { postgres: infra.postgres.url('board'), valkey: infra.valkey.url };
  await (await postgresStore(url.postgres)).close(); // the table
});
afterAll(() => infra?.stop());

type Kind = readonly [format: 'snowflake' | 'tsid', store: 'postgres' | 'valkey'];
/** Two at once: they wait most of the time. */
const ROUNDS: readonly (readonly Kind[])[] = [
  [['snowflake', 'postgres'], ['tsid', 'valkey']],
  [['tsid', 'postgres'], ['snowflake', 'valkey']],
];

jest.setTimeout(120_000); // some 20 s each where nothing else runs

describe(`8 processes under leases, killed, stopped and continued, their wall clocks set by ${by}`, () => {
  it.each((ALL ? ROUNDS : ROUNDS.slice(0, 1)).map((round) => [round.map(([format, store]) => `${format} by ${store}`).join(', '), round] as const))(
    `make ${EACH} ids each and none twice: %s`,
    async (_title, round) => {
      const all = await Promise.all(round.map(([format, store]) => run({ format, storeUrl: url[store], each: EACH, library })));
      if (ALL) process.stderr.write(`${JSON.stringify(all)}\n`);
      for (const findings of all) {
        expect(findings).toMatchObject({ ids: 8 * EACH, duplicates: 0, kills: 24, stops: 8 });
        // That the faults did something: numbers went from hand to hand, leases were lost, clocks were seen to jump both ways.
        expect(findings.highestToken).toBeGreaterThan(3);
        expect(Object.keys(findings.errors)).toEqual(expect.arrayContaining(['IDS_LEASE_LOST', 'ID_CLOCK_ROLLBACK', 'IDS_CLOCK_OUTSIDE_LEASE']));
      }
    },
  );

  it('(controls) make ids twice without the mark, without fencing, and with equal nodes', async () => {
    const controls: readonly Control[] = ['no-mark', 'no-fencing', 'equal-nodes'];
    const findings = await Promise.all(controls.map((control) => run({ format: 'snowflake', storeUrl: url.valkey, each: 100_000, library, controls: [control] })));
    const duplicates = Object.fromEntries(controls.map((control, index) => [control, findings[index]?.duplicates]));
    if (ALL) process.stderr.write(`${JSON.stringify(duplicates)}\n`);
    expect(Object.entries(duplicates).filter(([, count]) => !count)).toEqual([]);
  });
});
