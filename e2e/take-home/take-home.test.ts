import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Infra, startInfra } from '../../infra/test-infra.ts';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const LIBRARIES = ['@madang/outbox', '@madang/event-bus'];
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
let project: string;

beforeAll(async () => {
  [infra, project] = await Promise.all([
    startInfra({ postgres: { databases: ['shop'] }, kafka: true }),
    mkdtemp(join(tmpdir(), 'take-home-')),
  ]);
});

afterAll(async () => {
  await infra?.stop();
  await rm(project, { recursive: true, force: true });
});

interface PackageJson {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

async function versionsOf(names: readonly string[]): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PackageJson;
  const all: Record<string, string> = { ...devDependencies, ...dependencies };
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '*']));
}

it('the packed libraries install into an empty Nest project, compile there, and work', async () => {
  await run('npm', ['pack', '--pack-destination', project, ...LIBRARIES.flatMap((name) => ['-w', name])], { cwd: root });
  const tarballs = (await readdir(project)).filter((file) => file.endsWith('.tgz'));
  expect(tarballs).toHaveLength(LIBRARIES.length);

  await cp(join(__dirname, 'empty-project'), project, { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, dependencies: await versionsOf(NEST) }),
  );
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [...install, ...tarballs.map((file) => `./${file}`)], { cwd: project });
  await run(process.execPath, [join(project, 'node_modules/typescript/bin/tsc')], { cwd: project });

  const { stdout } = await run(process.execPath, ['out/main.js'], {
    cwd: project,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: infra.postgres.url('shop'),
      KAFKA_BROKER: infra.kafka.brokers[0],
    },
  });
  expect(stdout.trim().split('\n')).toEqual(['outbox order.placed', 'applied order-1', 'duplicate order-1']);
}, 180_000);
