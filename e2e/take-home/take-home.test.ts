import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Infra, startInfra } from '../../infra/test-infra.ts';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const LIBRARIES = ['@madang/outbox', '@madang/event-bus', '@madang/ids', '@madang/replicas', '@madang/waiting-room', '@madang/chat-client', '@madang/keywords'];
/** What an empty Nest project with a database has. */
const NEST = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/typeorm',
  '@opentelemetry/api',
  '@types/node',
  'pg',
  'reflect-metadata',
  'rxjs',
  'typeorm',
  'typescript',
  'zod',
];

let infra: Infra;
let directory: string;
let tarballs: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'take-home-'));
  [infra] = await Promise.all([startInfra({ postgres: { databases: ['shop'], standbys: 2 }, kafka: true, valkey: true }), pack()]);
  tarballs = (await readdir(directory)).filter((file) => file.endsWith('.tgz'));
}, 300_000); // seven compilations, beside other tests

afterAll(async () => {
  await infra?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function pack(): Promise<void> {
  await run('npm', ['pack', '--pack-destination', directory, ...LIBRARIES.flatMap((name) => ['-w', name])], { cwd: root });
}

/** A copy of a directory beside this file, with a `package.json`. */
async function projectOf(name: string, packageJson: object): Promise<string> {
  const project = join(directory, name);
  await cp(join(__dirname, name), project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ name, private: true, ...packageJson }));
  return project;
}

const compile = (project: string, compiler: string) => run(process.execPath, [join(compiler, 'node_modules/typescript/bin/tsc')], { cwd: project });

interface PackageJson {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

async function versionsOf(names: readonly string[]): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PackageJson;
  const all: Record<string, string> = { ...devDependencies, ...dependencies };
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '*']));
}

it('what is packed is what runs', async () => {
  expect(tarballs).toHaveLength(LIBRARIES.length);
  for (const tarball of tarballs) {
    const { stdout } = await run('tar', ['-tzf', tarball], { cwd: directory });
    const files = stdout.trim().split('\n');
    expect(files).toEqual(expect.arrayContaining(['package/package.json', 'package/README.md', 'package/dist/index.js', 'package/dist/index.d.ts']));
    expect(files.filter((file) => !/^package\/(package\.json|README\.md|LICENSE|dist\/.+\.js|dist\/.+\.d\.ts)$/.test(file) || /\.(spec|test)\.|\/testing?\//.test(file))).toEqual([]);
  }
});

it('the ids need no Nest, nor anything else', async () => {
  const project = await projectOf('project-without-nest', { type: 'module' });
  const ids = tarballs.find((file) => file.startsWith('madang-ids')) ?? '';
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `../${ids}`], { cwd: project });
  expect((await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual(['@madang']);
  await compile(project, root);
  const { stdout } = await run(process.execPath, ['out/main.js'], { cwd: project });
  expect(stdout.trim().split('\n')).toEqual(['-1', '019b76da-a800-7f26-8d34-b7c9e1f05a62', 'true snowflake', 'ID_LENGTH']);

  const npx = async (...args: string[]): Promise<string[]> => (await run('npx', ['--no-install', 'madang-ids', ...args], { cwd: project })).stdout.trim().split('\n');
  const made = await npx('uuidv7', '-n', '5');
  expect(new Set(made.filter((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).size).toBe(5);
  expect((await npx('explain', made[0] ?? '')).join('\n')).toMatch(/^uuidv7/m);
  await expect(npx('explain', 'nothing at all')).rejects.toMatchObject({ code: 1 });
}, 60_000);

it('the packed libraries install into an empty Nest project, compile there, and work', async () => {
  // TypeORM 1.1 names ioredis 5 as the one that it would go with; npm takes no other beside it.
  const project = await projectOf('empty-project', { dependencies: { ...(await versionsOf(NEST)), ioredis: '^5.4.0' } });
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [...install, ...tarballs.map((file) => `../${file}`)], { cwd: project });
  await compile(project, project);

  const start = async (script: string): Promise<string[]> => {
    const [first, second] = infra.postgres.replicas;
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: infra.postgres.url('shop'),
      REPLICA_1: first?.url('shop'),
      REPLICA_2: second?.url('shop'),
      DEAD_REPLICA: 'postgres://127.0.0.1:1/shop',
      REDIS_URL: infra.valkey.url,
      KAFKA_BROKER: infra.kafka.brokers[0],
    };
    return (await run(process.execPath, [script], { cwd: project, env })).stdout.trim().split('\n');
  };
  expect(await start('out/main.js')).toEqual(['outbox order.placed', 'applied order-1', 'duplicate order-1']);
  expect(await start('out/ids.js')).toEqual(['200 true true', '400 "nothing" is not a typeid: it does not b']);
  expect(await start('out/replicas.js')).toEqual([
    "Set(1) { 200 } [ 'REPLICA_1', 'REPLICA_2' ]",
    "true 3 [ 'headers' ]",
    'true',
    "1 [ 'primary no-replica' ]",
    "[ 'ReadTimeoutError', 'PrimaryFallbackLimitError' ]",
  ]);
  expect(await start('out/chat-client.js')).toEqual(['true connecting 41 0', '0 true 42,43']);
  expect(await start('out/keywords.js')).toEqual(['200 phone-number 7-20 공일공 일이삼사 오육칠팔', '200 none', 'sentence KEYWORDS_INVALID_RULE pattern']);
  expect(await start('out/waiting-room.js')).toEqual(['admitted', 'waiting 1', '401 200 mina', 'PlaceGoneError', '1 admission, faults: 0']);
}, 180_000);
