import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Network, Wait, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { freePorts } from './core/free-ports.ts';
import { infraDirectory } from './core/paths.ts';
import { waitUntil } from './core/wait-until.ts';
import { probeConnect } from './debezium/worker.ts';
import { mountedFiles, readCompose, wordsOf } from './docker/compose-file.ts';
import { asProcess, LoopbackContainer } from './docker/loopback-container.ts';
import { infraOf, partsFor, standbyNamesFor, type StartedParts } from './infra-access.ts';
import type { Infra, InfraOptions, InfraProcess } from './infra.ts';
import { probeMetadata } from './kafka/metadata-probe.ts';
import { postgresUrl, queryOnce } from './postgres/connect.ts';
import { provision, provisionStandby } from './postgres/provision.ts';
import { slotOfStandby } from './postgres/standby.ts';
import { startReaper } from './process/reaper.ts';
import { pingValkey } from './valkey/server.ts';

const START_TIMEOUT_MS = 120_000;
const LABEL = 'madang.infra';

/** What one part adds to what docker-compose.yml says of it. */
interface Part {
  readonly name: string;
  /** Service of docker-compose.yml whose image, environment, command and mounts it has. */
  readonly like: string;
  /** The image's own; undefined where it shares this machine's network, and listens on the very port. */
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** By their paths in the container. */
  readonly files?: Readonly<Record<string, string>>;
  readonly checkHealth: () => Promise<void>;
}

interface Started {
  readonly container: StartedTestContainer;
  readonly process: InfraProcess;
}

/** The same parts in containers, each as docker-compose.yml describes it, on a network of their own, by testcontainers. */
export async function startDockerInfra(options: InfraOptions): Promise<Infra> {
  if (options.connect && !options.kafka) throw new Error('startInfra() cannot start connect without kafka');
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'; // our own reaper does its work, without an image that has to be had
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = '127.0.0.1'; // where ports are published; else it asks for a default network, which an engine need not have
  const names = ['postgres', ...standbyNamesFor(options), 'kafka', 'connect', 'valkey'];
  const ports = await freePorts(names.length);
  const parts = partsFor(options, (name) => ports[names.indexOf(name)] ?? 0);
  const id = randomUUID();
  const scratch = mkdtempSync(join(tmpdir(), 'madang-infra-'));
  const letReaperGo = startReaper(scratch, `${LABEL}=${id}`);
  const network = await new Network({ nextUuid: () => `madang-${id}` }).start();
  const started = new Map<string, Started>();

  const start = async (part: Part): Promise<void> => {
    const container = await containerOf(part, parts.portOf(part.name), network, id).start();
    started.set(part.name, { container, process: asProcess(container, part.checkHealth) });
    await waitUntil(part.checkHealth, { what: `${part.name} healthy`, timeoutMs: START_TIMEOUT_MS });
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...started.values()].map(({ container }) => container.stop({ timeout: 0, removeVolumes: true })));
    await network.stop();
    rmSync(scratch, { recursive: true, force: true });
    letReaperGo();
  };
  try {
    await Promise.all([
      options.postgres ? startPostgres(options, parts, start) : undefined,
      options.kafka ? start(kafka(parts)).then(() => (options.connect ? start(connect(parts)) : undefined)) : undefined,
      options.valkey ? start(valkey(parts)) : undefined,
    ]);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const partOf = (name: string): Started => {
    const found = started.get(name);
    if (!found) throw new Error(`There is no process "${name}". There are: ${[...started.keys()].join(', ')}`);
    return found;
  };
  const signal = async (name: string, pid: number, sent: NodeJS.Signals): Promise<void> => {
    const { exitCode, output } = await partOf(name).container.exec(['sh', '-c', `kill -s ${sent.replace('SIG', '')} ${pid}`]);
    if (exitCode !== 0) throw new Error(`${sent} to process ${pid} of ${name}: ${output.trim()}`);
  };
  return infraOf(options, parts, '${file:/run/madang/secrets.properties:cdc_password}', { process: (name) => partOf(name).process, signal, stop });
}

async function startPostgres({ postgres: { slotSync } = {} }: InfraOptions, parts: StartedParts, start: (part: Part) => Promise<void>): Promise<void> {
  const { passwords, databases, standbyNames, portOf } = parts;
  const urlOf = (name: string): string => postgresUrl('postgres', passwords.superuser, portOf(name), 'postgres');
  const configuration = ['postgresql.conf', 'test.conf'].map((file) => readFileSync(join(infraDirectory, 'postgres', file), 'utf8')).join('\n');
  const files = { '/run/madang/superuser-password': passwords.superuser, '/run/madang/pgpass': `*:*:*:replicator:${passwords.replicator}\n`, '/etc/madang/postgresql.conf': configuration };
  const synchronized = slotSync === 'strict' ? standbyNames.slice(0, 1).map(slotOfStandby).join(', ') : '';
  await start({
    name: 'postgres',
    like: 'postgres',
    port: 5432,
    files,
    args: ['-c', `synchronized_standby_slots=${synchronized}`],
    checkHealth: async () => void (await queryOnce(urlOf('postgres'), 'SELECT 1')),
  });
  await provision(portOf('postgres'), passwords, databases);
  for (const name of standbyNames) {
    await provisionStandby(slotOfStandby(name), portOf('postgres'), passwords);
    const like = slotSync !== undefined && name === standbyNames[0] ? 'replica-1' : 'replica-2';
    const checkHealth = async (): Promise<void> => {
      const [row] = await queryOnce<{ standby: boolean }>(urlOf(name), 'SELECT pg_is_in_recovery() AS standby');
      if (!row?.standby) throw new Error('is not a standby');
    };
    await start({ name, like, port: 5432, files, checkHealth });
  }
}

function kafka({ portOf }: StartedParts): Part {
  const port = portOf('kafka');
  // A client is sent on to the advertised address: the port is the same inside and outside.
  const environment = { KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://127.0.0.1:9093,HOST://:19092', KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://kafka:9092,HOST://127.0.0.1:${port}` };
  return { name: 'kafka', like: 'kafka', port: 19_092, environment, checkHealth: () => probeMetadata(port) };
}

function connect({ portOf, passwords }: StartedParts): Part {
  const files = { '/run/madang/secrets.properties': `cdc_password=${passwords.cdc}\n` };
  // On this machine's network, since tests give a connector the addresses that they use themselves.
  const environment = { BOOTSTRAP_SERVERS: `127.0.0.1:${portOf('kafka')}`, REST_ADDRESS: `127.0.0.1:${portOf('connect')}` };
  return { name: 'connect', like: 'connect', files, environment, checkHealth: () => probeConnect(portOf('connect')) };
}

function valkey({ portOf, valkeyPassword }: StartedParts): Part {
  const files = { '/run/madang/password.conf': `requirepass ${valkeyPassword}\n` };
  return { name: 'valkey', like: 'valkey', port: 6379, files, checkHealth: () => pingValkey(portOf('valkey'), valkeyPassword) };
}

function containerOf({ name, like, port, environment, args = [], files = {} }: Part, hostPort: number, network: StartedNetwork, id: string): LoopbackContainer {
  const service = readCompose()[like];
  if (!service?.image) throw new Error(`docker-compose.yml has no service ${like}`);
  const container = new LoopbackContainer(service.image)
    .withLabels({ [LABEL]: id })
    .withCommand([...wordsOf(service.command), ...args])
    .withWaitStrategy(Wait.forSuccessfulCommand('true')) // that it runs: what is healthy is for the part's own check to say
    .withEnvironment({ ...service.environment, ...environment })
    .withBindMounts(mountedFiles(service).filter(({ target }) => files[target] === undefined))
    .withCopyContentToContainer(Object.entries(files).map(([target, content]) => ({ target, content, mode: 0o444 })));
  if (port === undefined) container.withNetworkMode('host');
  else container.withLoopbackPort(port, hostPort).onNetwork(network, name);
  if (service.user !== undefined) container.withUser(service.user);
  // The standby's name is its script's first argument.
  if (service.entrypoint) container.withEntrypoint(service.entrypoint.map((word) => (word === like ? name : word)));
  return container;
}
