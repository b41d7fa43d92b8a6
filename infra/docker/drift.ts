import { isDeepStrictEqual } from 'node:util';
import { readCompose, wordsOf, type ComposeService } from './compose-file.ts';
import type { DriftSources } from './drift-sources.ts';

const PARTS = ['postgres', 'replica-1', 'replica-2', 'kafka', 'connect', 'valkey'];
const JOBS = ['settings', 'provision'];
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

/** Where containers and embedded mode have come apart, one line each. */
export function driftOf(sources: DriftSources): string[] {
  const complaints: string[] = [];
  const same = (what: string, found: unknown, wanted: unknown): void => {
    if (!isDeepStrictEqual(found, wanted)) complaints.push(`${what}: ${JSON.stringify(found)} in containers, ${JSON.stringify(wanted)} embedded`);
  };
  const compose = readCompose(sources.compose);
  const service = (name: string): ComposeService => compose[name] ?? {};
  versions(sources, same);
  settings(sources, service, same);
  ports(sources, same);
  for (const each of sources.services) ofService(each, sources, compose, same);
  const second = sources.services.filter(({ name, kind, instanceOf }) => kind === 'service' && instanceOf === undefined && !SINGLE.has(name)).map(({ name }) => `${name}-2`);
  const known = [...PARTS, ...JOBS, ...sources.services.map(({ name }) => name.replace(':', '-')), ...second];
  same('services', Object.keys(compose).toSorted(), [...new Set(known)].toSorted());
  return complaints;
}

type Same = (what: string, found: unknown, wanted: unknown) => void;

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
  const script = [...(files['infra/docker/standby.sh'] ?? '').matchAll(/-c ['"]?(\w+)=/g)].map(([, name = '']) => name);
  same('settings of standbys', script.toSorted(), [...PLACES.postgres, ...PLACES.standby].toSorted());
  same('settings of replica-1', flags(wordsOf(service('replica-1').command)).toSorted(), Object.entries(slotSync).map(([name, value]) => `${name}=${value}`).toSorted());
  same('settings of replica-2', wordsOf(service('replica-2').command), []);
  const localPeer = new Set(['--auth-local', 'peer']); // of the image's own set-up; embedded, there is no socket
  const ours = wordsOf(service('postgres').environment?.['POSTGRES_INITDB_ARGS']);
  same('initdb', ours.filter((word) => !localPeer.has(word)), initdb);
  same('settings of kafka', Object.keys(service('kafka').environment ?? {}).toSorted(), [...PLACES.kafka, ...JVM].toSorted());
  for (const name of ['kafka', 'connect']) same(`JVM of ${name}`, JVM.flatMap((variable) => wordsOf(service(name).environment?.[variable])), jvm);
  const added = [...(files['infra/docker/connect.sh'] ?? '').matchAll(/echo ['"]([\w.]+)=/g)].map(([, name = '']) => name);
  same('settings of connect', added.toSorted(), connectAdds.toSorted());
  same('settings of valkey', wordsOf(service('valkey').command).filter((word) => word.startsWith('--')), PLACES.valkey);
}

function ports({ compose, ports: wanted, files }: DriftSources, same: Same): void {
  const parsed = Object.entries(readCompose(compose));
  for (const [name, { ports: published = [] }] of parsed) {
    for (const each of published) same(`${name} publishes on the loopback only`, /^127\.0\.0\.1:\$\{(\w+):-\d+\}:\d+$/.test(each), true);
  }
  const example = new Map([...(files['.env.example'] ?? '').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  const used = new Map([...compose.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]));
  for (const [name, value] of used) {
    if (OTHER_DEFAULT.has(name)) continue;
    if (name in wanted) same(`default of ${name}`, Number(value), wanted[name]);
    if (example.has(name)) same(`default of ${name} in .env.example`, value, example.get(name));
  }
  const hidden = new Set(['KAFKA_CONTROLLER_PORT']); // inside its container
  same('ports', Object.keys(wanted).filter((name) => !hidden.has(name) && !used.has(name)), []);
}

function ofService({ name, kind, dependsOn, portVariable, instanceOf }: DriftSources['services'][number], { ports: wanted, services }: DriftSources, compose: Readonly<Record<string, ComposeService>>, same: Same): void {
  const mine = compose[name.replace(':', '-')];
  if (!mine) return; // told as a missing service
  const owner = portVariable ?? services.find((other) => `migrate:${other.name}` === name)?.portVariable ?? '';
  const port = wanted[owner];
  same(`user of ${name}`, mine.user, `${port}:${port}`);
  same(`MADANG_SERVICE of ${name}`, mine.environment?.['MADANG_SERVICE'], name);
  const needs = dependsOn.map((other) => (other === 'postgres' ? 'provision' : other.replace(':', '-')));
  const missing = needs.filter((other) => !mine.depends_on?.[other]);
  same(`what ${name} waits for, and does not in docker-compose.yml`, missing, []);
  if (kind !== 'service') return;
  same(`HEALTH_PORT of ${name}`, mine.environment?.['HEALTH_PORT'], String(port));
  same(`port of ${name}`, mine.ports, [`127.0.0.1:\${${portVariable}:-${port}}:${port}`]);
  if (instanceOf === undefined && !SINGLE.has(name) && !services.some((other) => other.instanceOf === name)) same(`second node of ${name}`, compose[`${name}-2`]?.profiles, ['second-nodes']);
}
