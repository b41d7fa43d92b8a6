import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo, connect } from 'node:net';
import { FixtureProcess, freePort } from '../test/spawn-fixture';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanup.splice(0)) clean();
});

function spawned(env: NodeJS.ProcessEnv, socket?: number): FixtureProcess {
  const service = new FixtureProcess(env, socket);
  cleanup.push(() => service.signal('SIGKILL'));
  return service;
}

/** GET over a connection that stays open. */
function get(agent: Agent | false, port: number, path: string): Promise<{ status: number; body: string; pid?: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, port, path, host: '127.0.0.1' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      const pid = response.headers['x-pid']?.toString();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, pid }));
    });
    call.on('error', reject).end();
  });
}

async function started(env: NodeJS.ProcessEnv = {}): Promise<{ service: FixtureProcess; port: number }> {
  const port = await freePort();
  const service = spawned({ NOTES_PORT: String(port), ...env });
  await service.says('notes listens');
  return { service, port };
}

describe('a service that cannot start', () => {
  it('names each broken variable and not its value, and exits 1', async () => {
    const service = spawned({ NOTES_PORT: 'hunter2-port', RATE_LIMIT_PER_SECOND: 'hunter2-rate', ADMIN_TOKEN: 'hunter2' });
    expect(await service.ended()).toBe(1);
    expect(service.errors).toContain('NOTES_PORT is not valid: expected a whole number from 1 to 65535');
    expect(service.errors).toContain('RATE_LIMIT_PER_SECOND is not valid');
    expect(service.errors).toContain('ADMIN_TOKEN is not valid');
    expect(service.errors + service.output).not.toContain('hunter2');
    expect(service.errors).not.toContain('    at ');
  });

  it('names the variable of a port that is taken, and exits 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    cleanup.push(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const service = spawned({ NOTES_PORT: String(port) });
    expect(await service.ended()).toBe(1);
    expect(service.errors).toBe(
      `notes: NOTES_PORT: another process already listens on 127.0.0.1:${port}; stop it or choose another port\n`,
    );
  });

  it('says so when LISTEN_FD is no socket, and exits 1', async () => {
    const service = spawned({ NOTES_PORT: String(await freePort()), LISTEN_FD: '9' });
    expect(await service.ended()).toBe(1);
    expect(service.errors).toBe('notes: LISTEN_FD is no bound TCP socket; leave it out to listen on the port\n');
  });
});

describe('two processes on one socket', () => {
  async function socketOfNobody(): Promise<{ port: number; fd: number; letGo: () => void }> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { _handle: handle } = server as unknown as { _handle: { fd: number } };
    return { fd: handle.fd, port: (server.address() as AddressInfo).port, letGo: () => server.close() };
  }

  /** On a new connection each time, until this one answers. */
  async function answersAs(service: FixtureProcess, port: number): Promise<void> {
    while ((await get(false, port, '/health/ready')).pid !== String(service.pid)) continue;
  }

  it('both answer; on SIGUSR2 the old one leaves without failing anybody, and the new one goes on', async () => {
    const { fd, port, letGo } = await socketOfNobody();
    const start = (): FixtureProcess => spawned({ NOTES_PORT: String(port), LISTEN_FD: '3' }, fd);
    const [old, next] = [start(), start()];
    letGo(); // it must accept nothing itself
    await Promise.all([old, next].map((service) => service.says('notes listens')));
    await Promise.all([old, next].map((service) => answersAs(service, port)));

    const pool = new Agent({ keepAlive: true, maxSockets: 1 });
    while ((await get(pool, port, '/health/ready')).pid !== String(old.pid)) pool.destroy();
    old.signal('SIGUSR2');
    await old.says('handing over');
    // The old one is still the one that this connection leads to; it goes on being ready, and lets go.
    expect(await get(pool, port, '/health/ready')).toMatchObject({ status: 200, pid: String(old.pid) });
    expect(await get(pool, port, '/health/ready')).toMatchObject({ status: 200, pid: String(next.pid) });
    expect(await old.ended()).toBe(0);
    for (let i = 0; i < 10; i++) expect(await get(false, port, '/health/ready')).toMatchObject({ pid: String(next.pid) });
    pool.destroy();
    next.signal('SIGTERM');
    expect(await next.ended()).toBe(0);
  });

  it('SIGTERM hurries a hand-over, and is no second signal', async () => {
    const { service, port } = await started();
    const agent = new Agent({ keepAlive: true });
    await get(agent, port, '/health/ready');
    const since = Date.now();
    service.signal('SIGUSR2');
    await service.says('handing over');
    service.signal('SIGTERM');
    expect(await service.ended()).toBe(0);
    expect(Date.now() - since).toBeLessThan(3_000);
  });
});

describe('a running service', () => {
  it('on SIGTERM finishes what is in flight, waits for no idle connection, and exits 0', async () => {
    const { service, port } = await started();
    const agent = new Agent({ keepAlive: true });
    await get(agent, port, '/health/ready');
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    cleanup.push(() => silent.destroy());
    await once(silent, 'connect');
    const slow = get(new Agent({ keepAlive: true }), port, '/slow');
    await service.says('slow request arrived');

    const since = Date.now();
    service.signal('SIGTERM');
    expect(await slow).toEqual({ status: 200, body: 'done' });
    expect(await service.ended()).toBe(0);
    expect(Date.now() - since).toBeLessThan(3_000);
    expect(service.output).toContain('"msg":"shut down"');
  });

  it.each(['SIGTERM', 'SIGUSR2'] as const)('tells answers without an end that it ends (%s), and does not wait for its deadline', async (signal) => {
    const { service, port } = await started();
    const endless = get(false, port, '/endless');
    await service.says('endless request arrived');
    const since = Date.now();
    service.signal(signal);
    expect(await endless).toMatchObject({ status: 200, body: 'ended' });
    expect(await service.ended()).toBe(0);
    expect(Date.now() - since).toBeLessThan(3_000);
  });

  it('exits at once on a second signal', async () => {
    const { service, port } = await started();
    const slow = get(new Agent(), port, '/slow').catch(() => 'cut');
    await service.says('slow request arrived');
    service.signal('SIGTERM');
    await service.says('shutting down');
    service.signal('SIGINT');
    expect(await service.ended()).toBe(1);
    expect(await slow).toBe('cut');
  });

  it('logs an error that nobody handled and exits 1', async () => {
    const { service, port } = await started();
    await get(new Agent(), port, '/crash').catch(() => undefined);
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/"level":"fatal".*nobody handles this/);
  });

  it('says nothing about health checks', async () => {
    const { service, port } = await started({ LOG_LEVEL: 'debug' });
    await get(new Agent(), port, '/health/ready');
    await get(new Agent(), port, '/notes?limit=1');
    await service.says('"route":"/notes"');
    expect(service.output).not.toContain('"route":"/health');
    expect(service.output).not.toContain('limit=1');
    service.signal('SIGTERM');
    expect(await service.ended()).toBe(0);
  });
});
