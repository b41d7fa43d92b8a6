import { comparison, type Same } from './comparison.ts';
import { readComposeFile, wordsOf, type ComposeFile, type ComposeService } from './compose-file.ts';
import { compareGates, composeName, OWN_JOBS } from './drift-gates.ts';
import { compareLife } from './drift-life.ts';
import { configOf, variablesOf, type DriftSources } from './drift-sources.ts';
import { compareStandIns } from './drift-stand-ins.ts';
import { compareVolumes } from './drift-volumes.ts';
import { compareHardening } from './hardening.ts';
import { inNetwork } from './network.ts';

const PARTS = ['postgres', 'replica-1', 'replica-2', 'kafka', 'connect', 'valkey'];
/** By which a part's port is moved on the host; Kafka's has a door of its own. */
const PART_PORTS = { postgres: 'POSTGRES_PORT', 'replica-1': 'REPLICA_1_PORT', 'replica-2': 'REPLICA_2_PORT', connect: 'CONNECT_PORT', valkey: 'VALKEY_PORT' } as const;
/** One for all that is compiled here. */
const IMAGE = 'madang/service:local';
/** Files of the embedded mode, and which services mount each. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  './infra/postgres/postgresql.conf': ['postgres', 'replica-1', 'replica-2'],
  './infra/postgres/pg_hba.conf': ['postgres', 'replica-1', 'replica-2'],
  './infra/kafka/server.properties': ['kafka'],
  './infra/debezium/connect-distributed.properties': ['connect'],
  './infra/valkey/valkey.conf': ['valkey'],
};
/** What may be said beside the files, because it depends on where a part runs. */
const PLACES = {
  postgres: ['config_file', 'hba_file', 'listen_addresses', 'unix_socket_directories', 'cluster_name'],
  standby: ['primary_slot_name', 'primary_conninfo'],
  kafka: ['KAFKA_LISTENERS', 'KAFKA_ADVERTISED_LISTENERS', 'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP', 'KAFKA_INTER_BROKER_LISTENER_NAME', 'KAFKA_CONTROLLER_QUORUM_VOTERS', 'KAFKA_LOG_DIRS', 'CLUSTER_ID'],
  valkey: ['--include', '--bind', '--dir'],
};
/** Who looks at all the others: a second one would see the same. */
const SINGLE = new Set(['console']);
const JVM = ['KAFKA_HEAP_OPTS', 'KAFKA_JVM_PERFORMANCE_OPTS'];
/** Compose's own default: an issue asks for Debezium there. */
const OTHER_DEFAULT = new Set(['CDC_ENGINE']);

/** Where containers and embedded mode have come apart, one line each. @param file what `sources.compose` says, or would */
export function driftOf(sources: DriftSources, file: ComposeFile = readComposeFile(sources.compose)): readonly string[] {
  const { same, findings } = comparison();
  const { services: compose } = file;
  const service = (name: string): ComposeService => compose[name] ?? {};
  versions(sources, same);
  settings(sources, service, same);
  ports(sources, compose, same);
  apps(sources, same);
  for (const each of sources.services) ofService(each, sources, compose, same);
  compareGates(sources, compose, same);
  compareLife(sources, compose, same);
  compareVolumes(file, same);
  compareStandIns(sources, compose, same);
  compareHardening(compose, same);
  const second = sources.services.filter((each) => hasSecond(each, sources)).map(({ name }) => `${name}-2`);
  const known = [...PARTS, ...Object.keys(OWN_JOBS), ...sources.services.map(({ name }) => composeName(name)), ...second];
  same('services', Object.keys(compose).toSorted(), known.toSorted());
  return findings;
}

function versions({ images, versions: wanted, files }: DriftSources, same: Same): void {
  const tag = (image: string): string => image.slice(image.lastIndexOf(':') + 1);
  same('version of PostgreSQL', tag(images.postgres), wanted.postgres);
  same('version of Kafka', tag(images.kafka), wanted.kafka);
  same('version of Debezium', tag(images.connect), wanted.debezium);
  same('version of Valkey', tag(images.valkey), wanted.valkey);
  const nodes = [...(files['Dockerfile'] ?? '').matchAll(/^FROM node:(\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
  same('version of Node', [...new Set(nodes)], [wanted.node]);
  const inPom = (path: string): string[] => [...(files[path] ?? '').matchAll(/org\.apache\.kafka<\/groupId>\s*<artifactId>[^<]+<\/artifactId>\s*<version>([^<]+)/g)].map(([, version = '']) => version);
  same('Kafka in pom.xml', [...new Set([...inPom('infra/kafka/pom.xml'), ...inPom('infra/debezium/pom.xml')])], [wanted.kafka]);
  const major = /PG_MAJOR=(\d+)/.exec(files['infra/docker/offline/postgres.Dockerfile'] ?? '')?.[1];
  same('major version in the offline image', major, wanted.postgres.split('.')[0]);
}

function settings({ files, jvm, initdb, slotSync, connectAdds }: DriftSources, service: (name: string) => ComposeService, same: Same): void {
  for (const [file, users] of Object.entries(SHARED)) {
    for (const name of users) same(`${name} mounts ${file}`, service(name).volumes?.some((volume) => volume.startsWith(`${file}:`)), true);
  }
  const flags = (words: readonly string[]): string[] => words.flatMap((word, at) => (words[at - 1] === '-c' ? [word] : []));
  const names = (of: readonly string[]): string[] => of.map((flag) => flag.split('=')[0] ?? '').toSorted();
  same('settings of postgres', names(flags(wordsOf(service('postgres').command))), PLACES.postgres.toSorted());
  const script = [...(files['infra/docker/standby.sh'] ?? '').matchAll(/-c ['"]?(\w+)=|^(\w+) = /gm)].map(([, option, line]) => option ?? line ?? '');
  same('settings of standbys', script.toSorted(), [...PLACES.postgres, ...PLACES.standby].toSorted());
  same('settings of replica-1', flags(wordsOf(service('replica-1').command)).toSorted(), Object.entries(slotSync).map(([name, value]) => `${name}=${value}`).toSorted());
  same('settings of replica-2', wordsOf(service('replica-2').command), []);
  same('environment of postgres', Object.keys(service('postgres').environment ?? {}).toSorted(), ['POSTGRES_INITDB_ARGS', 'POSTGRES_PASSWORD_FILE']);
  for (const name of ['replica-1', 'replica-2', 'valkey']) same(`environment of ${name}`, service(name).environment, undefined);
  const localPeer = new Set(['--auth-local', 'peer']); // of the image's own set-up; embedded, there is no socket
  const ours = wordsOf(service('postgres').environment?.['POSTGRES_INITDB_ARGS']);
  same('initdb', ours.filter((word) => !localPeer.has(word)), initdb);
  same('settings of kafka', Object.keys(service('kafka').environment ?? {}).toSorted(), [...PLACES.kafka, ...JVM].toSorted());
  for (const name of ['kafka', 'connect']) same(`JVM of ${name}`, JVM.flatMap((variable) => wordsOf(service(name).environment?.[variable])), jvm);
  const added = [...(files['infra/docker/connect.sh'] ?? '').matchAll(/echo ['"]([\w.]+)=/g)].map(([, name = '']) => name);
  same('settings of connect', added.toSorted(), connectAdds.toSorted());
  same('settings of valkey', wordsOf(service('valkey').command).filter((word) => word.startsWith('--')), PLACES.valkey);
}

function ports({ compose: text, ports: wanted, files, services }: DriftSources, compose: ComposeFile['services'], same: Same): void {
  for (const [name, { ports: all = [] }] of Object.entries(compose)) {
    for (const each of all) same(`${name} publishes on the loopback only`, /^127\.0\.0\.1:\$\{(\w+):-\d+\}:\d+$/.test(each), true);
  }
  for (const [name, variable] of Object.entries(PART_PORTS)) same(`port of ${name}`, compose[name]?.ports, [published(variable, wanted, inNetwork(variable).replace(/^.*:/, ''))]);
  const { kafka } = compose;
  const door = /\bHOST:\/\/:(\d+)/.exec(kafka?.environment?.['KAFKA_LISTENERS'] ?? '')?.[1] ?? ''; // by which the host comes in
  same('port of kafka', kafka?.ports, [published('KAFKA_PORT', wanted, door)]);
  const advertised = [`PLAINTEXT://${inNetwork('KAFKA_PORT')}`, `HOST://127.0.0.1:\${KAFKA_PORT:-${wanted['KAFKA_PORT']}}`].join(',');
  same('addresses of kafka', kafka?.environment?.['KAFKA_ADVERTISED_LISTENERS'], advertised);
  const told = services.flatMap(({ portVariable }) => (portVariable ? [[portVariable, `\${${portVariable}:-${wanted[portVariable]}}`]] : []));
  same('environment of settings', compose['settings']?.environment, { ...Object.fromEntries(told), CDC_ENGINE: '${CDC_ENGINE:-debezium}' });
  const example = variablesOf(files['.env.example'] ?? '');
  const used = new Map([...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]));
  for (const [name, value] of used) {
    if (OTHER_DEFAULT.has(name)) continue;
    if (name in wanted) same(`default of ${name}`, Number(value), wanted[name]);
    if (example.has(name)) same(`default of ${name} in .env.example`, value, example.get(name));
  }
  const hidden = new Set(['KAFKA_CONTROLLER_PORT']); // inside its container
  same('ports', Object.keys(wanted).filter((name) => !hidden.has(name) && !used.has(name)), []);
}

type Described = DriftSources['services'][number];

/** Entry and port of each, as the image knows them by itself; and the port at which the app listens if nobody tells it one. */
function apps({ services, ports: wanted, files }: DriftSources, same: Same): void {
  const rows = (files['infra/docker/apps.txt'] ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const own = services.filter(({ instanceOf }) => instanceOf === undefined);
  const port = ({ portVariable }: Described): string => (portVariable ? String(wanted[portVariable]) : '-');
  same('apps.txt', rows.toSorted(), own.map((each) => `${each.name} ${each.entry} ${port(each)}`).toSorted());
  for (const each of own.filter(({ kind }) => kind === 'service')) {
    const config = files[configOf(each)] ?? '';
    same(`port of the app ${each.name}`, new RegExp(`\\b${each.portVariable}: port\\((\\d+)\\)`).exec(config)?.[1], port(each));
  }
}

function ofService(described: Described, sources: DriftSources, compose: ComposeFile['services'], same: Same): void {
  const { name, kind, portVariable } = described;
  const { ports: wanted, services, common, files } = sources;
  const mine = compose[composeName(name)];
  if (!mine) return; // told as a missing service
  const owner = portVariable ?? services.find((other) => `migrate:${other.name}` === name)?.portVariable ?? '';
  const port = wanted[owner];
  same(`user of ${name}`, mine.user, `${port}:${port}`);
  same(`image of ${name}`, mine.image, IMAGE);
  same(`what ${name} runs instead of the image's own`, [mine.entrypoint, mine.command], [undefined, undefined]);
  const example = variablesOf(files['.env.example'] ?? '');
  const told = { HEALTH_PORT: String(port), ...Object.fromEntries(common.map((variable) => [variable, `\${${variable}:-${example.get(variable)}}`])) };
  same(`environment of ${name}`, mine.environment, { MADANG_SERVICE: name, ...(kind === 'service' ? told : {}) });
  same(`port of ${name}`, mine.ports, portVariable && [published(portVariable, wanted, String(port))]);
  if (portVariable === undefined || !hasSecond(described, sources)) return;
  // In all else it is the first one once more.
  const second = { profiles: ['second-nodes'], ports: [`127.0.0.1:\${${portVariable.replace('_PORT', '_2_PORT')}:-${Number(port) + 10}}:${port}`] };
  same(`second node of ${name}, ${name}-2`, compose[`${name}-2`], { ...mine, ...second });
}

function hasSecond({ name, kind, instanceOf }: Described, { services }: DriftSources): boolean {
  return kind === 'service' && instanceOf === undefined && !SINGLE.has(name) && !services.some((other) => other.instanceOf === name);
}

function published(variable: string, wanted: DriftSources['ports'], inside: string): string {
  return `127.0.0.1:\${${variable}:-${wanted[variable]}}:${inside}`;
}
