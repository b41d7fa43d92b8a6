import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { cacheDirectory, repositoryRoot } from '../core/paths.ts';
import { connectWorker, secretReference } from '../debezium/worker.ts';
import { kafkaBroker } from '../kafka/broker.ts';
import { primary } from '../postgres/primary.ts';
import { standby } from '../postgres/standby.ts';
import type { PortClaim, ProcessDefinition, Takeover } from '../process/process-definition.ts';
import { valkey } from '../valkey/server.ts';
import { outboxDatabases, services, type ServiceContext, type ServiceDescription } from './services.ts';
import { onLoopback, type Environment, type PortVariable } from './settings.ts';

/** Name of the secret of the role that Debezium reads as. */
const CDC_PASSWORD = 'cdc_password';

export type TopologyContext = Omit<ServiceContext, 'at' | 'cdcPasswordReference'>;

/** Everything that `npm start` runs, in an order in which each comes after what it depends on. */
export function sandboxTopology(context: TopologyContext): ProcessDefinition[] {
  const directory = join(context.stateDirectory, 'connect');
  const serviceContext = { ...context, at: onLoopback(context.ports), cdcPasswordReference: secretReference(directory, CDC_PASSWORD) };
  const connect = context.cdc === 'debezium' ? [debezium(directory, context)] : [];
  const shown = services.filter(({ name }) => name !== 'console' || hasLab(context.environment));
  return [...parts(context), ...connect, ...shown.map((service) => serviceProcess(service, serviceContext))];
}

function parts({ stateDirectory, ports, secrets }: TopologyContext): ProcessDefinition[] {
  const claim = (variable: PortVariable): PortClaim => ({ variable, port: ports[variable] });
  const dataOf = (name: string): string => join(stateDirectory, name, 'data');
  const profiles = ['postgresql.conf'];
  const passwords = secrets.postgres;
  const source = { name: 'postgres', port: ports.POSTGRES_PORT, dataDirectory: dataOf('postgres') };
  const replica = (name: string, variable: PortVariable, syncsSlots = false): ProcessDefinition =>
    standby({ name, claim: claim(variable), dataDirectory: dataOf(name), passwords, profiles, primary: source, syncsSlots });
  return [
    primary({ name: source.name, claim: claim('POSTGRES_PORT'), dataDirectory: source.dataDirectory, passwords, outboxes: outboxDatabases, profiles }),
    replica('replica-1', 'REPLICA_1_PORT', true),
    replica('replica-2', 'REPLICA_2_PORT'),
    kafkaBroker({ name: 'kafka', listener: claim('KAFKA_PORT'), controller: claim('KAFKA_CONTROLLER_PORT'), stateDirectory: join(stateDirectory, 'kafka') }),
    valkey({ name: 'valkey', claim: claim('VALKEY_PORT'), stateDirectory: join(stateDirectory, 'valkey'), password: secrets.valkeyPassword }),
  ];
}

function debezium(stateDirectory: string, { ports, secrets }: TopologyContext): ProcessDefinition {
  return connectWorker({
    name: 'connect',
    listener: { variable: 'CONNECT_PORT', port: ports.CONNECT_PORT },
    brokers: [`127.0.0.1:${ports.KAFKA_PORT}`],
    kafka: 'kafka',
    stateDirectory,
    secrets: { [CDC_PASSWORD]: secrets.postgres.cdc },
  });
}

function serviceProcess(service: ServiceDescription, context: ServiceContext): ProcessDefinition {
  const { name, kind, instanceOf = name, nodeOptions = [], entry, portVariable } = service;
  const dependsOn = [...service.dependsOn, ...(context.cdc === 'debezium' ? (service.dependsOnWithDebezium ?? []) : [])];
  const port = portVariable && context.ports[portVariable];
  const env = {
    ...commonEnvironment(context.environment),
    ...labEnvironment(context),
    ...passedThrough(instanceOf, context.environment),
    ...(portVariable ? { [portVariable]: String(port) } : {}),
    ...(kind === 'service' ? tracing(name, context) : {}),
    ...service.env(context),
  };
  return {
    name,
    kind,
    dependsOn,
    ...(portVariable && port ? { ...listening(portVariable, port), takeover: takeoverOf(portVariable, port) } : {}),
    ...(service.haltsPath && port ? { needsHelp: () => haltsAt(`http://127.0.0.1:${port}${service.haltsPath}`) } : {}),
    launch: () => ({ command: process.execPath, args: ['--enable-source-maps', ...nodeOptions, join(repositoryRoot, entry)], env, cwd: repositoryRoot }),
  };
}

/** The console and the lab's end points; MADANG_LAB=0 leaves them out. */
function hasLab(environment: Environment): boolean {
  return environment['MADANG_LAB'] !== '0';
}

/** Modes that are kept are this runner's, the next one begins with the patterns. */
function labEnvironment({ environment, stateDirectory }: Pick<ServiceContext, 'environment' | 'stateDirectory'>): Record<string, string> {
  return hasLab(environment) ? { MADANG_LAB: '1', LAB_STATE_DIRECTORY: join(stateDirectory, 'lab') } : {};
}

/** Of the caller's environment only these. `development` because this is a laptop: the lab's end points exist nowhere else. */
function commonEnvironment(environment: Environment): Record<string, string> {
  const common: Record<string, string> = {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PATH: environment['PATH'] ?? '/usr/bin:/bin',
    NODE_COMPILE_CACHE: join(cacheDirectory, 'v8'), // compiled code is kept: a service boots in less than half the time
    TZ: 'UTC',
  };
  for (const variable of ['LOG_LEVEL', 'RATE_LIMIT_PER_SECOND']) {
    const value = environment[variable];
    if (value !== undefined) common[variable] = value;
  }
  return common;
}

/** The console is who collects the spans, unless somebody has a collector of their own. Its own would tell of nothing but itself. */
function tracing(name: string, { ports, environment }: ServiceContext): Record<string, string> {
  if (name === 'console' || environment['OTEL_SDK_DISABLED'] === 'true') return {};
  const ownCollector = hasLab(environment) ? `http://127.0.0.1:${ports.CONSOLE_PORT}` : undefined;
  const collector = environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? ownCollector;
  if (collector === undefined) return {};
  return { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}` };
}

/** `MEMBER_ANYTHING` reaches the member service: its own settings need no entry here. */
function passedThrough(name: string, environment: Environment): Record<string, string> {
  const prefix = `${name.replace(/^.*:/, '').toUpperCase()}_`;
  const own = Object.entries(environment).filter((entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[1] !== undefined);
  return Object.fromEntries(own);
}

function listening(variable: PortVariable, port: number): Pick<ProcessDefinition, 'ports' | 'checkHealth'> {
  return { ports: [{ variable, port }], checkHealth: () => checkReady(port) };
}

function takeoverOf(variable: PortVariable, port: number): Takeover {
  return { address: { variable, host: '127.0.0.1', port }, checkHealth: (pid) => checkReadyAs(pid, port) };
}

async function checkReady(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`/health/ready answers ${response.status}`);
}

async function haltsAt(url: string): Promise<string | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const { items } = (await response.json()) as { items: { haltedFor: string | null }[] };
  return items.flatMap(({ haltedFor }) => haltedFor ?? []).join(' ') || undefined;
}

/** Over a connection of its own each time: which process accepts it is chance, so it is asked until the right one does. */
async function checkReadyAs(pid: number, port: number): Promise<void> {
  const call = get({ host: '127.0.0.1', port, path: '/health/ready', agent: false, signal: AbortSignal.timeout(2_000) });
  call.on('error', () => undefined); // also one that comes after the answer
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.resume();
  if (response.headers['x-pid'] !== String(pid)) throw new Error(`pid ${pid} has not answered yet`);
  if (response.statusCode !== 200) throw new Error(`/health/ready answers ${response.statusCode}`);
}
