import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { NodeLease } from '../src/lease/index';
import { holds, postgresStore, type RealStore, short, untilGranted, valkeyStore } from './lease-stores';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] }, valkey: true });
});
afterAll(() => infra?.stop());

/** A way to a server that can stop passing bytes, both ways, while all connections stay open: no error, no end, no answer. */
class Wire {
  private hung = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<Wire> {
    const url = new URL(target);
    const port = Number(url.port);
    let wire: Wire | undefined;
    const server = createServer((from) => wire?.join(from, connect(port, url.hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    url.port = String(address.port);
    wire = new Wire(server, url.href);
    return wire;
  }

  hang(): void {
    this.hung = true;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(from: Socket, to: Socket): void {
    for (const [one, other] of [[from, to], [to, from]] as const) {
      this.sockets.add(one);
      one.on('data', (bytes) => !this.hung && other.write(bytes));
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  }
}

describe.each([
  ['PostgreSQL', postgresStore, () => infra.postgres.url('board')],
  ['Valkey', valkeyStore, () => infra.valkey.url],
])('a lease store in %s behind a network that hangs', (_name, open, url) => {
  let wire: Wire;
  let behind: RealStore;
  let direct: RealStore;
  beforeEach(async () => {
    wire = await Wire.to(url());
    behind = await open(wire.url);
    direct = await open(url());
  });
  afterEach(async () => {
    await wire.close();
    await Promise.all([behind.close(), direct.close()]);
  });

  /** Issues until its lease ends, over a network that hangs once it has been renewed; meanwhile another one asks for its number. */
  async function hangUnder(assertHeld: (lease: NodeLease, timestamp: number) => void) {
    const lost: unknown[] = [];
    const failures: unknown[] = [];
    const options = short({ onLost: (error) => lost.push(error), onRenewalFailed: (error) => failures.push(error), ttlMs: 1_500, marginMs: 200, requestTimeoutMs: 400 });
    const lease = await NodeLease.acquire(behind.store, options);
    // A wall clock that stands: the mark, the second line of defence, is to have no part in it.
    const timestamp = Date.now() + 5;
    const granted = await direct.expiresAt(options.pool, 0);
    for (const end = performance.now() + 0.8 * options.ttlMs; performance.now() < end; await sleep(5)) lease.assertHeld();
    wire.hang();
    const { onLost: _, onRenewalFailed: __, ...others } = options;
    let grantedAt = Infinity;
    const next = untilGranted(() => NodeLease.acquire(direct.store, others)).then((other) => {
      grantedAt = performance.now();
      return other;
    });
    let lastIssuedAt = 0;
    const giveUpAt = performance.now() + 2.5 * options.ttlMs;
    while (performance.now() < giveUpAt && holds(() => assertHeld(lease, timestamp))) {
      lastIssuedAt = performance.now();
      await sleep(1);
    }
    const lastIssuedByTheServer = (await direct.now()) - (performance.now() - lastIssuedAt);
    const expiresAt = await direct.expiresAt(options.pool, 0);
    const other = await next;
    await other.release();
    return { lease, other, lost, failures, granted, expiresAt, lastIssuedAt, lastIssuedByTheServer, grantedAt };
  }

  it('makes the holder stop before its lease ends, and gives its number on only afterwards', async () => {
    const seen = await hangUnder((lease, timestamp) => lease.assertHeld(timestamp));
    expect(seen.expiresAt).toBeGreaterThan(seen.granted); // it had been renewed over the wire
    expect(seen.lastIssuedByTheServer).toBeLessThan(seen.expiresAt);
    expect(seen.grantedAt - seen.lastIssuedAt).toBeGreaterThan(200); // the rest
    expect(() => seen.lease.assertHeld()).toThrow('not renewed in time');
    expect(seen.lost).toMatchObject([{ code: 'IDS_LEASE_LOST', reason: 'expired' }]);
    expect(seen.failures[0]).toMatchObject({ code: 'IDS_LEASE_STORE_TIMEOUT' });
    expect(seen.other.fencingToken).toBe(2n);
    expect(seen.other.notBefore).toBeGreaterThan(seen.expiresAt);
  });

  it('(control) is seen to overlap where nobody asks whether the lease is held', async () => {
    const seen = await hangUnder(() => undefined);
    expect(seen.lastIssuedAt).toBeGreaterThan(seen.grantedAt);
  });
});
