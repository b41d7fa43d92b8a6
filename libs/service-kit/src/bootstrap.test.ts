import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo, connect } from 'node:net';
import { FixtureProcess, freePort } from '../test/spawn-fixture';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanup.splice(0)) clean();
});

function spawned(env: NodeJS.ProcessEnv): FixtureProcess {
  const service = new FixtureProcess(env);
  cleanup.push(() => service.signal('SIGKILL'));
  return service;
}

/** GET over a connection that stays open. */
function get(agent: Agent, port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, port, path, host: '127.0.0.1' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
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
