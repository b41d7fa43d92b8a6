import { join } from 'node:path';
import { valkeyUrl } from '../valkey/server.ts';
import type { Secrets } from './secrets.ts';
import { onLoopback, type CdcEngineName, type Environment, type Ports, type PortVariable } from './settings.ts';

/** What a service's environment is made from. */
export interface ServiceContext {
  readonly stateDirectory: string;
  readonly ports: Ports;
  /** Host and port at which a service reaches what listens on that port: the loopback's, or a container's. */
  readonly at: (variable: PortVariable) => string;
  readonly cdc: CdcEngineName;
  /** What a connector's configuration holds in place of the password of the role `cdc`. */
  readonly cdcPasswordReference: string;
  readonly secrets: Secrets;
  readonly environment: Environment;
  /** Where everything is a container: what there is, for the console, which then has no runner to ask; and the ports of the host. */
  readonly containers?: { readonly processes: readonly Contained[]; readonly ports: Ports };
}

/** As the console reads it. */
export interface Contained {
  readonly name: string;
  readonly kind: 'service' | 'job' | 'part';
  readonly dependsOn: readonly string[];
  /** As a browser reaches it. */
  readonly page: string | null;
  /** Host and port; null where nothing listens. */
  readonly at: string | null;
}

export interface ServiceDescription {
  readonly name: string;
  readonly kind: 'service' | 'job';
  /** Compiled file, from the root. */
  readonly entry: string;
  readonly dependsOn: readonly string[];
  /** What it needs besides when Debezium does the change data capture. */
  readonly dependsOnWithDebezium?: readonly string[];
  /** Of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** A service's own port: where `/health/ready` answers. */
  readonly portVariable?: PortVariable;
  /** Another instance of that service: what is set for it is passed to both. */
  readonly instanceOf?: string;
  /** Where it says, as `items[].haltedFor`, what a person has to do before it can be ready. */
  readonly haltsPath?: string;
  /** A page for people. */
  readonly page?: { readonly path: string; readonly title: string };
  /** Exactly what it needs. Variables that begin with its own name, in capitals, are passed through besides. */
  readonly env: (context: ServiceContext) => Readonly<Record<string, string>>;
}

/** The services and their jobs, in an order in which each comes after what it depends on, and in which people come to their pages. */
export const services: readonly ServiceDescription[] = [
  migration('member', 'MEMBER_DATABASE_URL'),
  migration('board', 'BOARD_DATABASE_URL'),
  migration('queue', 'QUEUE_DATABASE_URL'),
  migration('chat', 'CHAT_DATABASE_URL'),
  migration('moderator', 'MODERATOR_DATABASE_URL'),
  {
    name: 'console',
    kind: 'service',
    entry: 'dist/apps/console/server/main.js',
    nodeOptions: ['--max-semi-space-size=4'], // 20 MB less; what passes here lives for milliseconds
    dependsOn: ['kafka'], // of the others it makes do with what there is
    portVariable: 'CONSOLE_PORT',
    page: { path: '/', title: 'console: see it, switch it off, break it, check it' },
    env: consoleEnvironment,
  },
  {
    name: 'member',
    kind: 'service',
    entry: 'dist/apps/member/src/main.js',
    dependsOn: ['migrate:member'],
    portVariable: 'MEMBER_PORT',
    page: { path: '/docs', title: 'members: Swagger UI' },
    env: (context) => ({
      MEMBER_DATABASE_URL: ownUrl(context, 'member'),
      MEMBER_JWT_PRIVATE_KEY: JSON.stringify(context.secrets.jwtPrivateKey),
      ...tokens(context),
      ADMIN_TOKEN: context.secrets.adminToken,
      LAB_BOARD_URL: `http://${context.at('BOARD_PORT')}`,
      LAB_KAFKA_BROKERS: kafka(context).KAFKA_BROKERS,
    }),
  },
  {
    name: 'board',
    kind: 'service',
    entry: 'dist/apps/board/src/main.js',
    dependsOn: ['kafka', 'migrate:board'],
    portVariable: 'BOARD_PORT',
    page: { path: '/docs', title: 'board: Swagger UI' },
    env: (context) => ({
      BOARD_DATABASE_URL: ownUrl(context, 'board'),
      BOARD_REPLICA_URLS: replicaUrls(context, 'board'),
      CONSISTENCY_TOKEN_KEYS: context.secrets.consistencyTokenKey,
      ...kafka(context),
      ...tokens(context),
      AUTH_JWKS_URL: `http://${context.at('MEMBER_PORT')}/.well-known/jwks.json`,
      ADMIN_TOKEN: context.secrets.adminToken,
    }),
  },
  {
    name: 'queue',
    kind: 'service',
    entry: 'dist/apps/queue/src/main.js',
    dependsOn: ['valkey', 'migrate:queue'],
    portVariable: 'QUEUE_PORT',
    page: { path: '/docs', title: 'queue: Swagger UI' },
    env: (context) => ({
      QUEUE_DATABASE_URL: ownUrl(context, 'queue'),
      QUEUE_VALKEY_URL: valkeyUrl(context.at('VALKEY_PORT'), context.secrets.valkeyPassword),
      QUEUE_TICKET_KEYS: context.secrets.ticketKey,
      QUEUE_PASS_PRIVATE_KEYS: JSON.stringify([context.secrets.passPrivateKey]),
      ADMIN_TOKEN: context.secrets.adminToken,
    }),
  },
  {
    name: 'chat',
    ...chatNode('CHAT_PORT'),
    page: { path: '/docs', title: 'chat: Swagger UI (rooms, history); /asyncapi.json describes the socket' },
  },
  { name: 'chat-2', instanceOf: 'chat', ...chatNode('CHAT_2_PORT') },
  {
    name: 'id',
    kind: 'service',
    entry: 'dist/apps/id/src/main.js',
    dependsOn: ['valkey'],
    portVariable: 'ID_PORT',
    page: { path: '/docs', title: 'ids: Swagger UI' },
    env: ({ at, secrets }) => ({ ID_VALKEY_URL: valkeyUrl(at('VALKEY_PORT'), secrets.valkeyPassword) }),
  },
  {
    name: 'moderator',
    kind: 'service',
    entry: 'dist/apps/moderator/src/main.js',
    dependsOn: ['kafka', 'migrate:moderator'],
    portVariable: 'MODERATOR_PORT',
    page: { path: '/docs', title: 'moderator: Swagger UI' },
    env: (context) => ({
      MODERATOR_DATABASE_URL: ownUrl(context, 'moderator'),
      ...kafka(context),
      ADMIN_TOKEN: context.secrets.adminToken,
    }),
  },
  {
    name: 'relay',
    kind: 'service',
    entry: 'dist/apps/relay/src/main.js',
    dependsOn: ['kafka'],
    portVariable: 'RELAY_PORT',
    page: { path: '/docs', title: 'relay: Swagger UI' },
    env: (context) => ({
      RELAY_DATABASES: outboxDatabases.join(','),
      RELAY_PRIMARY_URLS: readerUrls(context),
      CONSISTENCY_TOKEN_KEYS: context.secrets.consistencyTokenKey,
      ...kafka(context),
      ADMIN_TOKEN: context.secrets.adminToken,
    }),
  },
  {
    name: 'cdc',
    kind: 'service',
    entry: 'dist/apps/cdc/src/main.js',
    // What it reads lives for milliseconds, yet V8 lets its heap grow to several times what is alive (40 MB) before it collects.
    // Twice as much is enough: two thirds of the speed at half of the memory while a large transaction goes through (bench:memory).
    nodeOptions: ['--max-semi-space-size=4', '--max-old-space-size=100'],
    dependsOn: ['kafka', 'migrate:member', 'migrate:board', 'migrate:chat', 'migrate:moderator'], // the migrations make the publications
    dependsOnWithDebezium: ['connect'],
    portVariable: 'CDC_PORT',
    haltsPath: '/readers',
    page: { path: '/docs', title: 'cdc: Swagger UI' },
    env: (context) => ({
      MALLOC_ARENA_MAX: '2', // glibc otherwise keeps freed network buffers in an arena a thread
      CDC_DATABASE_URLS: readerUrls(context),
      ...kafka(context),
      CDC_ENGINE: context.cdc,
      ...(context.cdc === 'debezium' ? { CDC_CONNECT_URL: `http://${context.at('CONNECT_PORT')}`, CDC_CONNECT_PASSWORD: context.cdcPasswordReference } : {}),
    }),
  },
];

/** Databases with an outbox, and a slot by which its rows are read. */
export const outboxDatabases: readonly string[] = ['member', 'board', 'chat', 'moderator'];
/** Databases of the services, each with its owner. */
export const databases: readonly string[] = [...outboxDatabases, 'queue'];

/** Two nodes of one service: each with a port of its own, and all else shared. */
function chatNode(portVariable: PortVariable): Pick<ServiceDescription, 'kind' | 'entry' | 'dependsOn' | 'portVariable' | 'env'> {
  return {
    kind: 'service',
    entry: 'dist/apps/chat/src/main.js',
    dependsOn: ['kafka', 'valkey', 'migrate:chat'],
    portVariable,
    env: (context) => ({
      CHAT_PORT: String(context.ports[portVariable]),
      CHAT_DATABASE_URL: ownUrl(context, 'chat'),
      CHAT_VALKEY_URL: valkeyUrl(context.at('VALKEY_PORT'), context.secrets.valkeyPassword),
      ...kafka(context),
      ...tokens(context),
      ADMIN_TOKEN: context.secrets.adminToken,
      AUTH_JWKS_URL: `http://${context.at('MEMBER_PORT')}/.well-known/jwks.json`,
    }),
  };
}

/** All that it takes to see the platform, and to break it. */
function consoleEnvironment(context: ServiceContext): Record<string, string> {
  const { secrets, stateDirectory } = context;
  const superuser = (variable: PortVariable): string => databaseUrl(context, 'postgres', 'postgres', secrets.postgres.superuser, context.at(variable));
  const addressed = services.flatMap(({ name, portVariable }) => (portVariable && name !== 'console' ? [`${name}=http://${context.at(portVariable)}`] : []));
  return {
    ...kafka(context),
    ADMIN_TOKEN: secrets.adminToken,
    LAB_POSTGRES_URLS: `primary=${superuser('POSTGRES_PORT')},replica-1=${superuser('REPLICA_1_PORT')},replica-2=${superuser('REPLICA_2_PORT')}`,
    LAB_SERVICE_URLS: addressed.join(','),
    ...(context.containers
      ? { CONSOLE_CONTAINERS: JSON.stringify(context.containers.processes), CONSOLE_PUBLIC_URLS: serviceUrls(onLoopback(context.containers.ports)) }
      : { LAB_RUNNER_FILE: join(stateDirectory, 'run', 'runner.json'), CONSOLE_LOG_DIRECTORY: join(stateDirectory, 'logs'), CONSOLE_RUN_DIRECTORY: join(stateDirectory, 'console', 'runs') }),
  };
}

/** `name=url` of all services. */
function serviceUrls(at: (variable: PortVariable) => string): string {
  return services.flatMap(({ name, portVariable }) => (portVariable ? [`${name}=http://${at(portVariable)}`] : [])).join(',');
}

function migration(database: string, variable: string): ServiceDescription {
  return {
    name: `migrate:${database}`,
    kind: 'job',
    entry: `dist/apps/${database}/src/migrate.js`,
    dependsOn: ['postgres'],
    env: (context) => ({ [variable]: ownUrl(context, database) }),
  };
}

function ownUrl(context: ServiceContext, database: string): string {
  return databaseUrl(context, database, database, context.secrets.postgres.owners[database] ?? '');
}

/** `name=url`, by the names of the standbys. */
function replicaUrls(context: ServiceContext, database: string): string {
  const places = { 'replica-1': context.at('REPLICA_1_PORT'), 'replica-2': context.at('REPLICA_2_PORT') };
  const password = context.secrets.postgres.owners[database] ?? '';
  return Object.entries(places).map(([name, place]) => `${name}=${databaseUrl(context, database, database, password, place)}`).join(',');
}

/** Of the role that may read outboxes, at the primary. */
function readerUrls(context: ServiceContext): string {
  return outboxDatabases.map((database) => databaseUrl(context, database, 'cdc', context.secrets.postgres.cdc)).join(',');
}

function databaseUrl({ at }: ServiceContext, database: string, role: string, password: string, place: string = at('POSTGRES_PORT')): string {
  return `postgres://${role}:${password}@${place}/${database}`;
}

function kafka({ at }: ServiceContext): { KAFKA_BROKERS: string } {
  return { KAFKA_BROKERS: at('KAFKA_PORT') };
}

function tokens(context: ServiceContext): { AUTH_ISSUER: string; AUTH_AUDIENCE: string } {
  return { AUTH_ISSUER: issuer(context), AUTH_AUDIENCE: 'madang' };
}

/** A name, which is in every token: the same wherever the service is reached. */
function issuer({ ports }: ServiceContext): string {
  return `http://127.0.0.1:${ports.MEMBER_PORT}`;
}
