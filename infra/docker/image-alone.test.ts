import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { services } from '../sandbox/services.ts';

const scripts = join(infraDirectory, 'docker');
/** As the image's /madang. */
const directory = mkdtempSync(join(tmpdir(), 'madang-image-'));
const apps = services.filter(({ instanceOf }) => instanceOf === undefined);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What it prints, and its exit code. */
async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ said: string; code: number | null }> {
  const child = spawn(command, args, { cwd: directory, env: { PATH: process.env['PATH'] ?? '', ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { said: said.trim(), code };
}

const launched = (name: string): ReturnType<typeof run> => run(process.execPath, ['--disable-warning=ExperimentalWarning', join(scripts, 'launch.mjs')], { MADANG_SERVICE: name });

test.each(apps.map(({ name, entry }) => [name, entry]))('told nothing but its name the image becomes %s', async (name, entry) => {
  mkdirSync(dirname(join(directory, entry)), { recursive: true });
  writeFileSync(join(directory, entry), `console.log('${entry} as', process.env.MADANG_SERVICE)`);
  expect(await launched(name)).toEqual({ said: `${entry} as ${name}`, code: 0 });
});

test('of a name that there is not it says which there are', async () => {
  expect(await launched('memeber')).toEqual({ said: `There is no memeber; MADANG_SERVICE may be ${apps.map(({ name }) => name).join(', ')}.`, code: 1 });
});

describe('whether it is healthy', () => {
  const server = createServer(({ url }, response) => response.writeHead(url === '/health/ready' ? status : 404).end());
  let status = 200;
  let port = '';
  /** One that nobody listens on: below those that are given out, and root's. */
  const nobody = '1';
  const healthy = async (env: Readonly<Record<string, string>>): Promise<boolean> => (await run('bash', [join(directory, 'healthy.sh')], env)).code === 0;
  const listening = (member: string): void => {
    const table = readFileSync(join(scripts, 'apps.txt'), 'utf8');
    writeFileSync(join(directory, 'apps.txt'), table.replace(/^(member \S+) \d+$/m, `$1 ${member}`));
  };

  beforeAll(async () => {
    copyFileSync(join(scripts, 'healthy.sh'), join(directory, 'healthy.sh'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    status = 200;
  });

  it("is asked at the app's port in apps.txt, if nobody sets one", async () => {
    listening(port);
    expect(await healthy({ MADANG_SERVICE: 'member' })).toBe(true);
    status = 503;
    expect(await healthy({ MADANG_SERVICE: 'member' })).toBe(false);
  });

  it("is asked where the app's own variable says, and first of all where HEALTH_PORT says", async () => {
    listening(nobody);
    expect(await healthy({ MADANG_SERVICE: 'member' })).toBe(false);
    expect(await healthy({ MADANG_SERVICE: 'member', MEMBER_PORT: port })).toBe(true);
    expect(await healthy({ MADANG_SERVICE: 'member', MEMBER_PORT: nobody, HEALTH_PORT: port })).toBe(true);
    expect(await healthy({ MADANG_SERVICE: 'member', MEMBER_PORT: port, HEALTH_PORT: nobody })).toBe(false);
  });

  it.each(['migrate:member', 'nobody', ''])('is no for "%s", which has no port', async (name) => {
    listening(port);
    expect(await healthy({ MADANG_SERVICE: name })).toBe(false);
  });
});
