import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { EventReads } from '../src/nest/index';
import { readScope } from '../src/session/read-scope';
import { ConsistencyTokens } from '../src/token/index';
import { Counter, DATABASE, delay, prepareCounters } from './counter';
import { call as callApp, guarded, type Headers, startApp } from './counter-app';

let infra: Infra;
let app: NestFastifyApplication;
let tokens: ConsistencyTokens;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 5);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 1_000);
  app = await startApp(infra);
  tokens = app.get(ConsistencyTokens);
}, 120_000);

afterAll(async () => {
  await app?.close();
  await infra?.stop();
});

const call = (method: 'GET' | 'POST', url: string, headers?: Headers) => callApp(app, method, url, headers);

/** An id whose first choice is this replica. */
async function idOf(replica: string): Promise<string> {
  for (let i = 0; i < 100; i++) if ((await call('GET', '/counters/0', { 'x-consistency-id': `${replica}-${i}` })).replica === replica) return `${replica}-${i}`;
  throw new Error(`No id reads at ${replica}`);
}

it('with the token of a write every reader finds it, with any id or none; without it most do not on the replica that is behind', async () => {
  const behind = await idOf('replica-2');
  for (let i = 0; i < 20; i++) {
    const written = await call('POST', '/counters/1');
    expect(written.token).toMatch(/^v1\./);
    for (const id of [{ 'x-consistency-id': behind }, { authorization: `Bearer ${i}` }, {}] as Headers[]) {
      expect((await call('GET', '/counters/1', { ...id, 'x-consistency-token': written.token })).value).toBe(written.value);
    }
  }
  let missed = 0;
  for (let i = 0; i < 20; i++) {
    const written = await call('POST', '/counters/1');
    const read = await call('GET', '/counters/1', { 'x-consistency-id': await idOf('replica-2') });
    expect(read).toMatchObject({ status: 200, replica: 'replica-2' });
    if ((read.value ?? 0) < (written.value ?? 0)) missed += 1;
  }
  console.log(`without the token ${missed} of 20 reads miss the write`);
  expect(missed).toBeGreaterThan(10);
});

it('the same credentials are one session: it finds its own write without any token', async () => {
  for (let i = 0; i < 20; i++) {
    const me = { authorization: `Bearer member-${i}`, 'x-consistency-level': 'session' };
    const { value } = await call('POST', '/counters/2', me);
    expect((await call('GET', '/counters/2', me)).value).toBe(value);
  }
});

it('an answer says what it has shown: a token of a read, also of one that has found nothing', async () => {
  const read = await call('GET', '/counters/0');
  expect(read.replica).toMatch(/^replica-[12]$/);
  expect(read).toMatchObject({ status: 200, reason: 'pinned', staleness: expect.stringMatching(/^\d+$/), token: expect.stringMatching(/^v1\./) });
  expect(await call('GET', '/counters/99')).toMatchObject({ status: 404, token: expect.stringMatching(/^v1\./) });
});

it('tokens are merged by the later place', async () => {
  const { token: early } = await call('POST', '/counters/3');
  const { token: late } = await call('POST', '/counters/3');
  const { token: merged } = await call('GET', '/counters/3', { 'x-consistency-token': `${late}, ${early}` });
  expect(tokens.verify(merged).lsn).toBeGreaterThanOrEqual(tokens.verify(late).lsn);
});

describe('a token', () => {
  const place = async () => tokens.verify((await call('POST', '/counters/0')).token);

  it('that is forged or malformed is refused, and the answer says what to do', async () => {
    const forged = new ConsistencyTokens(['x'.repeat(32)]).sign(await place());
    for (const token of [forged, 'v1.1.1.0/0.x', 'nonsense']) {
      expect(await call('GET', '/counters/0', { 'x-consistency-token': token })).toMatchObject({ status: 400, message: expect.stringContaining('Leave it out') });
    }
  });

  it.each([
    ['of a timeline that has ended', { timeline: 0 }],
    ['of a timeline to come', { timeline: 4_000_000_000 }],
    ['of another system', { systemId: '1' }],
    ['of a place to come', { lsn: 0x7fff_ffff_0000_0000n }],
  ])('%s leads to the primary, at once, and to a new token', async (_, change) => {
    const real = await place();
    const startedAt = performance.now();
    const read = await call('GET', '/counters/0', { 'x-consistency-token': tokens.sign({ ...real, ...change }) });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(read).toMatchObject({ status: 200, replica: 'primary', reason: 'other-timeline' });
    const renewed = tokens.verify(read.token);
    expect(renewed).toMatchObject({ systemId: real.systemId, timeline: real.timeline });
    expect(renewed.lsn - real.lsn).toBeLessThan(0x1000_0000n);
    expect((await call('GET', '/counters/0', { 'x-consistency-token': read.token })).reason).not.toBe('other-timeline');
  });
});

describe('whoever reacts to an event', () => {
  const read = async (): Promise<number> => (await app.get(DataSource).getRepository(Counter).findOneByOrFail({ id: 4 })).value;

  it('finds what it speaks of on any replica, by its token; without one, or with one that does not hold, on the primary', async () => {
    const [targets, untold] = [new Set<string>(), new Set<string>()];
    let missed = 0;
    for (let i = 0; i < 30; i++) {
      const { value, token } = await call('POST', '/counters/4');
      if ((await read()) !== value) missed += 1;
      for (const consistencyToken of [token, undefined, `${token.slice(0, -3)}AAA`]) {
        const event = { aggregateId: `stock-${i}`, ...(consistencyToken === undefined ? {} : { consistencyToken }) };
        const seen = await app.get(EventReads).run([event], async () => [await read(), readScope.getStore()?.decisions.at(-1)?.target] as const);
        expect(seen[0]).toBe(value);
        (consistencyToken === token ? targets : untold).add(seen[1] ?? '');
      }
    }
    console.log(`without a scope ${missed} of 30 reactions miss the write; with the token they read ${[...targets].join(', ')}`);
    expect(missed).toBeGreaterThan(0);
    expect(targets).toContain('replica-1');
    expect([...untold]).toEqual(['primary']);
  });
});

describe('a level', () => {
  it('is that of the handler, or one that the client may ask for', async () => {
    expect(await call('GET', '/strict/0')).toMatchObject({ replica: 'primary', reason: 'strong' });
    expect(await call('GET', '/counters/0', { 'x-consistency-level': 'strong' })).toMatchObject({ replica: 'primary', reason: 'strong' });
    expect((await call('GET', '/strict/0', { 'x-consistency-level': 'bounded:5000' })).replica).toBe('primary'); // no client weakens it
    for (const level of ['pinned', 'bounded', 'bounded:-1', 'STRONG', '']) {
      expect(await call('GET', '/counters/0', { 'x-consistency-level': level })).toMatchObject({ status: 400, message: expect.stringContaining('bounded:<milliseconds>') });
    }
  });

  it('that cannot be had in time is answered 503 with Retry-After, where the handler says so', async () => {
    const me = { 'x-consistency-id': await idOf('replica-2') };
    await call('POST', '/counters/0', me);
    expect(await call('GET', '/patient/0', me)).toMatchObject({ status: 503, retryAfter: '1' });
  });

  it('holds for a guard as well: what it has read, the handler goes on from', async () => {
    const me = { 'x-consistency-id': await idOf('replica-2') };
    const { value } = await call('POST', '/counters/0', me);
    const read = await call('GET', '/guarded/0', { ...me, 'x-consistency-level': 'session' });
    expect([guarded.at(-1), read.value]).toEqual([String(value), value]);
  });
});

it.each(['', 'two words', 'x'.repeat(129), 'é'])('the id "%s" is refused', async (id) => {
  expect((await call('GET', '/counters/0', { 'x-consistency-id': id })).status).toBe(400);
});

it('metrics tell where reads went, how far the replicas are behind, and that none went back', async () => {
  const text = await register.metrics();
  expect(text).toMatch(/replicas_reads_total\{target="replica-1",level="monotonic",reason="pinned"\} [1-9]/);
  expect(text).toMatch(/replicas_primary_fallbacks_total\{reason="other-timeline"\} 4/);
  expect(text).toMatch(/replicas_replica_state\{replica="replica-2",state="up"\} 1/);
  expect(text).toMatch(/replicas_replica_lag_seconds\{replica="replica-1"\} 0\.\d/);
  expect(text).toMatch(/replicas_read_wait_seconds_count\{level="session"\} [1-9]/);
  expect(text).toMatch(/replicas_monotonic_violations_total 0/);
});
